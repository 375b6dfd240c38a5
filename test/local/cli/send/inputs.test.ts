import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Input, openInputs, readInputLines } from '../../../../local/cli/send/inputs.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'millpond-inputs-'));
afterAll(() => rmSync(folder, { recursive: true }));

const MIB = 1_048_576;

async function openPipe(
  source: AsyncIterable<Buffer>,
  signal: AbortSignal,
  isReadTwice = false,
): Promise<Input> {
  const options = { stdin: source, spoolFolder: path.join(folder, 'spool'), isReadTwice, signal };
  const [input] = await openInputs(['-'], options);
  if (input === undefined) throw new Error('no input');
  return input;
}

async function sizesOf(input: Input): Promise<number[]> {
  const sizes: number[] = [];
  for await (const { lines } of readInputLines(input, MIB))
    sizes.push(...lines.map((line) => line.sizeBytes));
  return sizes;
}

describe('a pipe', () => {
  it('costs no memory for what has gone through it, however long a line is', async () => {
    async function* source() {
      for (let chunk = 0; chunk < 400; chunk += 1) {
        yield Buffer.alloc(MIB, 'x');
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    const before = process.memoryUsage().arrayBuffers;

    const sizes = await sizesOf(await openPipe(source(), new AbortController().signal));

    expect(sizes).toEqual([400 * MIB]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(150 * MIB);
  });

  it('can be read twice when that is asked for', async () => {
    async function* source() {
      yield Buffer.from('a');
      yield Buffer.from('bc\nd');
    }

    const input = await openPipe(source(), new AbortController().signal, true);

    expect(input.name).toBe('stdin');
    expect(await sizesOf(input)).toEqual([3, 1]);
    expect(await sizesOf(input)).toEqual([3, 1]);
  });

  it('that never ends is let go when the command is stopped', async () => {
    const controller = new AbortController();
    async function* source() {
      yield Buffer.from('one\ntwo');
      await new Promise(() => undefined);
    }
    const input = await openPipe(source(), controller.signal);
    const sizes = sizesOf(input);

    controller.abort();

    expect(await sizes).toEqual([3, 3]);
  });

  it('that breaks fails the reading', async () => {
    async function* source() {
      yield Buffer.from('one\n');
      throw new Error('the other side is gone');
    }

    const input = await openPipe(source(), new AbortController().signal);

    await expect(sizesOf(input)).rejects.toThrow('the other side is gone');
  });
});
