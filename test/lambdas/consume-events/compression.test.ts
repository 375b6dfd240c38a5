import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openCompression } from '../../../lambdas/consume-events/compression.ts';
import { CODECS, HIGHEST_LEVEL, RAW_COMPRESSION } from '../../../lambdas/domain/raw-compression.ts';

const DECOMPRESS = { gzip: gunzipSync, zstd: zstdDecompressSync };
const BODY = Buffer.from(Array.from({ length: 20_000 }, (_, n) => `{"n":${n * 7919}}\n`).join(''));

describe.each(CODECS)('the codec %s', (codec) => {
  const highest = HIGHEST_LEVEL[codec];

  it.each([1, highest])('at level %d gives back what it was given, the same bytes each time', (level) => {
    const [one, other] = [openCompression({ codec, level }), openCompression({ codec, level })];

    const stored = one.compress(BODY);

    expect(DECOMPRESS[codec](stored).equals(BODY)).toBe(true);
    expect(stored.length).toBeLessThan(BODY.length / 2);
    expect(other.compress(BODY)).toEqual(stored);
  });

  it.each([0, 1.5, highest + 1, Number.NaN])('has no level %d', (level) => {
    expect(() => openCompression({ codec, level })).toThrow(`the levels 1 to ${highest}`);
  });

  it('fault 35: bytes that have turned are refused by whoever reads them', () => {
    const stored = Buffer.from(openCompression({ codec, level: 1 }).compress(BODY));
    const middle = Math.floor(stored.length / 2);
    stored[middle] = (stored[middle] ?? 0) ^ 1;

    expect(() => DECOMPRESS[codec](stored)).toThrow();
  });
});

it('raw is written with a codec and level that there are', () => {
  expect(openCompression(RAW_COMPRESSION).extension).toBe('.ndjson.zst');
});
