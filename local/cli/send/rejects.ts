import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { CommandError } from '../errors.ts';
import type { LongLines } from './lines.ts';

/**
 * Keeps lines that were read and did not reach the stream, byte by byte as they came, at the end of a file that is made
 * with the first of them. Synchronous, so that a line of any size passes through without being held.
 */
export class Rejects implements LongLines {
  readonly file: string;
  #descriptor: number | null = null;
  #lines = 0;

  /** Throws CommandError when the file could not be written later. */
  constructor(file: string) {
    this.file = file;
    const folder = path.dirname(path.resolve(file));
    if (existsSync(file) && statSync(file).isDirectory()) {
      throw new CommandError(
        'output_directory',
        `${file} is a directory: give --rejects the name of a file.`,
      );
    }
    if (existsSync(folder) && !statSync(folder).isDirectory()) {
      throw new CommandError(
        'output_folder_missing',
        `${folder} is no folder: give --rejects another place.`,
      );
    }
  }

  /** How many lines are in it by now. */
  get lines(): number {
    return this.#lines;
  }

  write(part: Uint8Array): void {
    this.#descriptor ??= openToAppend(this.file);
    for (let written = 0; written < part.length; ) {
      written += writeSync(this.#descriptor, part, written, part.length - written);
    }
  }

  endLine(): void {
    this.write(LINE_END);
    this.#lines += 1;
  }

  /** Whole lines, without the line end of the last. */
  writeLines(lines: Uint8Array): void {
    this.write(lines);
    this.endLine();
    for (const byte of lines) if (byte === LINE_FEED) this.#lines += 1;
  }

  /** What was written is on the disk then. */
  close(): void {
    if (this.#descriptor === null) return;
    if (statSync(this.file).isFile()) fsyncSync(this.#descriptor);
    closeSync(this.#descriptor);
    this.#descriptor = null;
  }
}

const LINE_FEED = 0x0a;
const LINE_END = Uint8Array.of(LINE_FEED);

function openToAppend(file: string): number {
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  return openSync(file, 'a');
}
