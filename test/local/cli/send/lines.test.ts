import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBlank, type Line, readLines } from '../../../../local/cli/send/lines.ts';

async function linesOf(chunks: readonly Buffer[], maxLineBytes = 1000): Promise<Line[]> {
  async function* source() {
    yield* chunks;
  }
  const lines: Line[] = [];
  for await (const group of readLines(source(), maxLineBytes)) lines.push(...group);
  return lines;
}

function texts(lines: readonly Line[]): (string | null)[] {
  return lines.map((line) => (line.bytes === null ? null : Buffer.from(line.bytes).toString('utf8')));
}

describe('readLines', () => {
  it('cuts at LF and CRLF, and the last line need not end', async () => {
    const lines = await linesOf([Buffer.from('a\r\nb\n\nc')]);

    expect(texts(lines)).toEqual(['a', 'b', '', 'c']);
    expect(lines.map((line) => line.number)).toEqual([1, 2, 3, 4]);
  });

  it('gives no line for no bytes', async () => {
    expect(await linesOf([])).toEqual([]);
    expect(await linesOf([Buffer.alloc(0)])).toEqual([]);
  });

  it('leaves out a byte order mark at the very beginning only', async () => {
    const lines = await linesOf([Buffer.from('\ufeffa\n\ufeffb\n')]);

    expect(texts(lines)).toEqual(['a', '\ufeffb']);
  });

  it('keeps a line of the greatest size, with either line end, and counts a longer one', async () => {
    const lines = await linesOf([Buffer.from('12345\n12345\r\n123456\n1')], 5);

    expect(texts(lines)).toEqual(['12345', '12345', null, '1']);
    expect(lines.map((line) => line.sizeBytes)).toEqual([5, 5, 6, 1]);
  });

  it('holds nothing of a line that is far too long', async () => {
    const chunk = Buffer.alloc(1_000_000, 'x');
    const before = process.memoryUsage().arrayBuffers;

    const lines = await linesOf([...Array.from({ length: 300 }, () => chunk), Buffer.from('\nend\n')], 1000);

    expect(lines[0]).toEqual({ number: 1, sizeBytes: 300_000_000, bytes: null });
    expect(texts(lines)).toEqual([null, 'end']);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
  });

  it('fault 44: hands on every byte of what is too long, and nothing else, however it is cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.stringMatching(/^[a-z\r]{0,30}$/), { maxLength: 12 }),
        fc.integer({ min: 1, max: 40 }),
        async (rows, chunkBytes) => {
          const bytes = Buffer.from(rows.join('\n'));
          async function* source() {
            for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
          }
          const handed: string[] = [];
          let open = '';
          const longLines = {
            write: (part: Uint8Array) => {
              open += Buffer.from(part).toString();
            },
            endLine: () => {
              handed.push(open);
              open = '';
            },
          };

          await Array.fromAsync(readLines(source(), 8, longLines));

          const isLong = (row: string) => row.replace(/\r$/, '').length > 8;
          expect(handed).toEqual(rows.filter(isLong));
          expect(open).toBe('');
        },
      ),
    );
  });

  it('gives the same lines however the bytes are cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('a', 'é', '\r', '\n', '\r\n', '\ufeff', 'xyz'), { maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 10 }),
        async (parts, sizes) => {
          const bytes = Buffer.from(parts.join(''));
          const chunks: Buffer[] = [];
          for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
            const size = sizes[turn % sizes.length] ?? 1;
            chunks.push(bytes.subarray(at, at + size));
            at += size;
          }

          expect(await linesOf(chunks, 8)).toEqual(await linesOf([bytes], 8));
        },
      ),
    );
  });
});

it('takes spaces, tabs and returns for blank, and nothing else', () => {
  expect(isBlank(Buffer.from(' \t\r'))).toBe(true);
  expect(isBlank(Buffer.from(' {}'))).toBe(false);
  expect(isBlank(Buffer.from('\u00a0'))).toBe(false);
});
