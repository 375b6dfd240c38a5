import { createHash } from 'node:crypto';
import type { InputFile } from '../ports/input-file.ts';

/** SHA-256 of the file's bytes as stored, hex: what a file is known by, whatever its name. */
export async function hashFile(file: InputFile, onBytes: (bytes: number) => void): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of file.open()) {
    hash.update(chunk);
    onBytes(chunk.length);
  }
  return hash.digest('hex');
}
