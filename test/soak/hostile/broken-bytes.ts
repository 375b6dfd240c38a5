import { gzipSync, zstdCompressSync } from 'node:zlib';
import { objectText, validMembers } from './event-text.ts';
import { bytesOf, type Draw, type HostileRecord, single } from './hostile-record.ts';

const LINE_FEED = 0x0a;
/** Bytes that no UTF-8 text holds. */
const NEVER_UTF8 = [0xc0, 0xc1, 0xf5, 0xf8, 0xfe, 0xff] as const;
/** Sequences that look like UTF-8 and are not. */
const MALFORMED: readonly [readonly number[], ...(readonly number[])[]] = [
  [0x80],
  [0xc0, 0x80],
  [0xe0, 0x80, 0xaf],
  [0xed, 0xa0, 0x80],
  [0xed, 0xb0, 0x80],
  [0xf0, 0x80, 0x80, 0xaf],
  [0xf4, 0x90, 0x80, 0x80],
  [0xf8, 0x88, 0x80, 0x80, 0x80],
  [0xe2, 0x28, 0xa1],
];

/** Noise on one line that holds at least one byte which makes it no text. */
export function noise({ random }: Draw): HostileRecord {
  const bytes = Uint8Array.from({ length: random.integer(1, 200) }, () => random.integer(0, 255));
  const oneLine = bytes.map((byte) => (byte === LINE_FEED ? 0 : byte));
  oneLine[random.integer(0, oneLine.length - 1)] = random.pick(NEVER_UTF8);
  return single(oneLine, 'not_utf8');
}

/** A good event with a malformed sequence within one of its texts. */
export function malformedText(draw: Draw): HostileRecord {
  const { random } = draw;
  const text = bytesOf(objectText(validMembers(draw)));
  const at = random.integer(1, text.length);
  return single(
    Buffer.concat([text.subarray(0, at), Uint8Array.from(random.pick(MALFORMED)), text.subarray(at)]),
    'not_utf8',
  );
}

/** A text that ends within a character. */
export function cutCharacter(draw: Draw): HostileRecord {
  const text = bytesOf(`{"search_term":"${draw.random.pick(['ü', '靴', '😀'])}`);
  return single(text.subarray(0, text.length - 1), 'not_utf8');
}

/** Compressed megabytes of nothing: a consumer that unpacks what it is sent bursts. Each is one line, so one item. */
const BOMBS = [
  ...[10, 11, 12, 13].map((megabytes) => gzipSync(nothing(megabytes), { level: 9 })),
  ...[32, 33, 34, 35].map((megabytes) => zstdCompressSync(nothing(megabytes))),
].filter((bomb) => !bomb.includes(LINE_FEED));

function nothing(megabytes: number): Uint8Array {
  return new Uint8Array(megabytes * 1_048_576);
}

export function compressedBomb({ random }: Draw): HostileRecord {
  const bomb = BOMBS[random.integer(0, BOMBS.length - 1)];
  if (bomb === undefined) throw new Error('no bomb is free of line feeds');
  return single(bomb, 'not_utf8');
}

/** An event in another encoding of Unicode. With a byte order mark it is no UTF-8, without one it is full of NUL. */
export function utf16(draw: Draw): HostileRecord {
  const text = objectText(validMembers(draw, 'sign_up'));
  return draw.random.chance(0.5)
    ? single(Buffer.concat([Uint8Array.of(0xff, 0xfe), Buffer.from(text, 'utf16le')]), 'not_utf8')
    : single(Buffer.from(text, 'utf16le'), 'not_json');
}
