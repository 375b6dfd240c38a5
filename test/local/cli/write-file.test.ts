import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { failureOf } from '../../../local/cli/errors.ts';
import { Interrupt } from '../../../local/cli/interrupt.ts';
import type { Output } from '../../../local/cli/output.ts';
import { writeWholeFile } from '../../../local/cli/write-file.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'millpond-write-'));
afterAll(() => rmSync(folder, { recursive: true }));

const CONTEXT = { interrupt: new Interrupt(() => undefined) };
const PIECE = 'x'.repeat(100_000);

/** Ten pieces, so that the writer has to wait for the disk in between. */
async function writePieces(output: Output): Promise<number> {
  for (let piece = 0; piece < 10; piece += 1) await output.write(PIECE);
  return 10;
}

async function failing(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (error: unknown) => error,
  );
}

describe('writeWholeFile', () => {
  it('writes the file, compressed when its name says so', async () => {
    expect(await writeWholeFile(CONTEXT, path.join(folder, 'a.txt'), writePieces)).toBe(10);
    await writeWholeFile(CONTEXT, path.join(folder, 'a.txt.gz'), writePieces);

    const plain = readFileSync(path.join(folder, 'a.txt'));
    expect(plain).toHaveLength(1_000_000);
    expect(gunzipSync(readFileSync(path.join(folder, 'a.txt.gz'))).equals(plain)).toBe(true);
  });

  it('leaves nothing under the name, nor beside it, when the writing fails', async () => {
    const before = readdirSync(folder);

    const error = await failing(
      writeWholeFile(CONTEXT, path.join(folder, 'b.txt'), async (output) => {
        await writePieces(output);
        throw new Error('the query failed');
      }),
    );

    expect(error).toEqual(new Error('the query failed'));
    expect(readdirSync(folder)).toEqual(before);
  });

  it.runIf(existsSync('/dev/full'))(
    'ends with the error of a full disk, however much is still to come',
    async () => {
      const error = await failing(writeWholeFile(CONTEXT, '/dev/full', writePieces));

      expect(failureOf(error)).toMatchObject({ code: 'storage_full', exitCode: 1 });
    },
  );

  it('refuses a directory and a folder that is not there', async () => {
    const directory = await failing(writeWholeFile(CONTEXT, folder, writePieces));
    const missing = await failing(writeWholeFile(CONTEXT, path.join(folder, 'none', 'a'), writePieces));

    expect(failureOf(directory).code).toBe('output_directory');
    expect(failureOf(missing).code).toBe('output_folder_missing');
  });
});
