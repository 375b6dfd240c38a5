import { RefusedFileError } from './refused-file-error.ts';

const MAGIC: readonly (readonly [hex: string, what: string])[] = [
  ['504b0304', 'a zip archive or an Excel workbook'],
  ['d0cf11e0', 'an old Excel workbook'],
  ['25504446', 'a PDF'],
  ['425a68', 'bzip2 data'],
  ['fd377a585a00', 'xz data'],
  ['4f626a01', 'an Avro file'],
  ['53514c69746520666f726d6174', 'an SQLite database'],
  ['1f8b', 'gzip data inside compressed data'],
  ['28b52ffd', 'zstd data inside compressed data'],
];

const decoder = new TextDecoder('utf-8', { fatal: true });

/** The length of a UTF-8 byte order mark at the beginning: 3 or 0. */
export function byteOrderMark(head: Buffer): number {
  return head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
}

/**
 * Refuses what is no UTF-8 text by its first bytes: known binary formats, UTF-16, and another one-byte encoding such as
 * Latin-1, which is what a file is taken for when more of its non-ASCII text breaks UTF-8 than keeps it. A single odd
 * row in a file of UTF-8 goes to quarantine instead. Throws RefusedFileError.
 */
export function requireUtf8(name: string, head: Buffer, isWhole: boolean): void {
  const hex = head.subarray(0, 16).toString('hex');
  if (hex.startsWith('fffe') || hex.startsWith('feff') || looksLikeUtf16(head)) {
    const hint = 'write it as UTF-8, such as with `iconv -f UTF-16 -t UTF-8`';
    throw new RefusedFileError('not_utf8', `${name} is UTF-16 text: ${hint}`);
  }
  const known = MAGIC.find(([magic]) => hex.startsWith(magic));
  if (known !== undefined) {
    const hint = 'CSV and NDJSON are taken, plain, gzip or zstd: export it as one of them';
    throw new RefusedFileError('not_text', `${name} is ${known[1]}: ${hint}`);
  }
  if (head.subarray(0, 4096).includes(0) && !/^\s*\{/.test(head.toString('latin1', 0, 64)))
    throw new RefusedFileError('not_text', `${name} holds NUL bytes: it is binary data, not text`);
  const { kept, broken, firstBroken } = countLines(wholeLines(head, isWhole));
  if (broken > kept) {
    const hint = 'write it as UTF-8, such as with `iconv -f WINDOWS-1252 -t UTF-8`';
    throw new RefusedFileError(
      'not_utf8',
      `${name} is not UTF-8 (line ${firstBroken}), but Latin-1 or another encoding: ${hint}`,
    );
  }
}

/** UTF-16 without a mark: every other byte of ASCII text is zero. */
function looksLikeUtf16(head: Buffer): boolean {
  if (head.length < 4) return false;
  const [a = 0, b = 0, c = 0, d = 0] = head;
  return (a === 0 && b > 0 && c === 0 && d > 0) || (a > 0 && b === 0 && c > 0 && d === 0);
}

/** Without a last line whose rest is still to come. */
function wholeLines(head: Buffer, isWhole: boolean): Buffer {
  if (isWhole) return head;
  const end = head.lastIndexOf(0x0a);
  return end < 0 ? Buffer.alloc(0) : head.subarray(0, end);
}

/** Lines with non-ASCII bytes that keep UTF-8, and that break it. */
function countLines(text: Buffer) {
  let kept = 0;
  let broken = 0;
  let firstBroken = 0;
  let line = 0;
  for (let from = 0; from < text.length; ) {
    const found = text.indexOf(0x0a, from);
    const to = found < 0 ? text.length : found;
    line += 1;
    const bytes = text.subarray(from, to);
    if (bytes.some((byte) => byte > 0x7f)) {
      if (isUtf8(bytes)) kept += 1;
      else {
        broken += 1;
        if (firstBroken === 0) firstBroken = line;
      }
    }
    from = to + 1;
  }
  return { kept, broken, firstBroken };
}

export function isUtf8(bytes: Uint8Array): boolean {
  return decodeUtf8(bytes) !== null;
}

/** The text of UTF-8 bytes; null when they are none. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}
