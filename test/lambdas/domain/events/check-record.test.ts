import { describe, expect, it } from 'vitest';
import { MAX_MEMBERS } from '../../../../lambdas/domain/events/check-event.ts';
import {
  checkRecord,
  MAX_DEPTH,
  MAX_EVENTS_PER_RECORD,
  MAX_RECORD_BYTES,
} from '../../../../lambdas/domain/events/check-record.ts';
import { ARRIVAL_MS, check, sample, textWith, utf8, verdict } from './sample-events.ts';

const EVENT = sample('add_to_cart');
const TEXT = JSON.stringify(EVENT);

function verdicts(data: Uint8Array): string[] {
  return checkRecord(data, ARRIVAL_MS).map((result) =>
    result.kind === 'accepted' ? 'accepted' : result.reason,
  );
}

/** What raw will hold after its own fields. */
function rawText(text: string): string {
  const result = check(text);
  return new TextDecoder().decode(result.source.subarray(result.from, result.to));
}

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { x: value };
  return value;
}

describe('a record', () => {
  it('keeps the bytes of its producer after the opening brace', () => {
    const odd = ` \t${TEXT.replaceAll(',', ' ,\t')} `;

    expect(rawText(TEXT)).toBe(TEXT.slice(1));
    expect(rawText(odd)).toBe(odd.trim().slice(1));
    expect(rawText(JSON.stringify({ ...EVENT, note: 'ü😀\u2028' }))).toContain('ü😀\u2028');
  });

  it('may be pretty-printed: one event, its line breaks become spaces', () => {
    const pretty = JSON.stringify(EVENT, null, 2).replaceAll('\n', '\r\n');

    expect(verdicts(utf8(`${pretty}\n`))).toEqual(['accepted']);
    expect(rawText(pretty)).not.toMatch(/[\r\n]/);
    expect(JSON.parse(`{${rawText(pretty)}`)).toEqual(EVENT);
    expect(rawText(TEXT.replaceAll(',', ',\r'))).toBe(TEXT.replaceAll(',', ', ').slice(1));
  });

  it('holds several events when line feeds part them, each with a verdict of its own', () => {
    const lines = [TEXT, '', '{', '  ', JSON.stringify(sample('purchase')), '[1]'];

    expect(verdicts(utf8(lines.join('\n')))).toEqual(['accepted', 'not_json', 'accepted', 'not_an_object']);
    expect(verdicts(utf8(lines.slice(2).join('\r\n')))).toEqual(['not_json', 'accepted', 'not_an_object']);
    expect(verdicts(utf8(`\n${TEXT}\n\n`))).toEqual(['accepted']);
    expect(verdicts(utf8(`${TEXT}\n${TEXT}\n`))).toEqual(['accepted', 'accepted']);
  });

  it('holds one broken text when none of its lines is JSON', () => {
    expect(verdicts(utf8('{\n"a": 1,\n}'))).toEqual(['not_json']);
  });

  it('is not parted by anything but a line feed', () => {
    expect(verdicts(utf8(TEXT + TEXT))).toEqual(['not_json']);
    expect(verdicts(utf8(`${TEXT}\r${TEXT}`))).toEqual(['not_json']);
    expect(verdicts(utf8(`${TEXT},\n${TEXT}`))).toEqual(['not_json', 'accepted']);
  });

  it('holds at most so many events', () => {
    const lines = (count: number) => utf8('1\n'.repeat(count));

    expect(verdicts(lines(MAX_EVENTS_PER_RECORD))).toHaveLength(MAX_EVENTS_PER_RECORD);
    expect(verdicts(lines(MAX_EVENTS_PER_RECORD + 1))).toEqual(['too_large']);
  });

  it('fault 44: is at most 1 MiB, and is not parsed beyond', () => {
    const padded = (bytes: number) => {
      const frame = JSON.stringify({ ...EVENT, note: '' });
      return utf8(JSON.stringify({ ...EVENT, note: 'x'.repeat(bytes - frame.length) }));
    };

    expect(padded(MAX_RECORD_BYTES)).toHaveLength(MAX_RECORD_BYTES);
    expect(verdicts(padded(MAX_RECORD_BYTES))).toEqual(['accepted']);
    expect(verdicts(padded(MAX_RECORD_BYTES + 1))).toEqual(['too_large']);
    expect(verdicts(new Uint8Array(10 * MAX_RECORD_BYTES))).toEqual(['too_large']);
  });

  it('fault 45: is never unpacked, so a gzip bomb is no UTF-8 like any other binary', () => {
    expect(verdicts(Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3))).toEqual(['not_utf8']);
  });

  it('fault 46: nests so deep and not deeper, and has so many fields and not more', () => {
    expect(verdict({ ...EVENT, x: nested(MAX_DEPTH - 1) })).toBe('accepted');
    expect(verdict({ ...EVENT, x: nested(MAX_DEPTH) })).toBe('too_deep');
    expect(verdicts(utf8('['.repeat(100_000)))).toEqual(['too_deep']);
    expect(verdicts(utf8('{"a":'.repeat(100_000)))).toEqual(['too_deep']);

    const fields = (count: number) => {
      const own = Object.keys(EVENT).length + 1;
      return {
        ...EVENT,
        x: Object.fromEntries(Array.from({ length: count - own }, (_, at) => [`k${at}`, 1])),
      };
    };
    expect(verdict(fields(MAX_MEMBERS))).toBe('accepted');
    expect(verdict(fields(MAX_MEMBERS + 1))).toBe('too_large');
    expect(verdict(JSON.stringify(fields(MAX_MEMBERS + 1)).replaceAll('":', '" :'))).toBe('too_large');
  });

  it.each([
    ['a stray byte', [0xff]],
    ['a cut sequence', [0xe2, 0x82]],
    ['half a surrogate pair', [0xed, 0xa0, 0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
  ])('fault 47: with %s is not UTF-8', (_what, bytes) => {
    const [start, end] = textWith({ ...EVENT, note: '@' }, '"@', '"@').split('@');

    expect(verdicts(Buffer.concat([utf8(start ?? ''), Uint8Array.from(bytes), utf8(end ?? '')]))).toEqual([
      'not_utf8',
    ]);
  });

  it('fault 47: that is no UTF-8 in one line leaves its neighbours alone', () => {
    const bytes = Buffer.concat([utf8(`${TEXT}\n`), Uint8Array.of(0xff), utf8(`\n${TEXT}`)]);

    expect(verdicts(bytes)).toEqual(['accepted', 'not_utf8', 'accepted']);
  });

  it('fault 47: with a byte order mark or a raw NUL is not JSON', () => {
    expect(verdict(`\ufeff${TEXT}`)).toBe('not_json');
    expect(verdict(textWith({ ...EVENT, note: 'N' }, '"N"', '"\0"'))).toBe('not_json');
    expect(verdict(`${TEXT}\0`)).toBe('not_json');
  });

  it.each(['\\ud800', '\\udc00\\ud800', '\\u0000', 'a\\uD83Db'])(
    'fault 47: with the text %s is bad_text',
    (escaped) => {
      const withNote = { ...EVENT, note: { deep: ['N'] } };

      expect(verdict(textWith(withNote, '"N"', `"${escaped}"`))).toBe('bad_text');
      expect(verdict(textWith(withNote, '"deep"', `"${escaped}"`))).toBe('bad_text');
    },
  );

  it('fault 47: with a whole surrogate pair in escapes is fine', () => {
    expect(verdict(textWith({ ...EVENT, note: 'N' }, '"N"', '"\\ud83d\\ude00"'))).toBe('accepted');
  });

  it.each(['', ' ', '\n', 'null', '1', '"x"', '[]', 'true', '{', '{}x', "{'a':1}", 'NaN', '{"a":01}'])(
    '%j is no event',
    (text) => {
      expect(['not_json', 'not_an_object']).toContain(verdict(text));
    },
  );

  it.each(['__proto__', 'constructor', 'prototype'])('fault 48: %s is reserved at any depth', (key) => {
    const untouched = JSON.stringify(Object.getOwnPropertyNames(Object.prototype));

    expect(verdict(textWith({ ...EVENT, a: 1 }, '"a"', `"${key}"`))).toBe('reserved_field');
    expect(verdict(textWith({ ...EVENT, x: [{ a: { polluted: 1 } }] }, '"a"', `"${key}"`))).toBe(
      'reserved_field',
    );
    expect(JSON.stringify(Object.getOwnPropertyNames(Object.prototype))).toBe(untouched);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it.each(['_arrival_time', '_Shard_Id', '_', '_owner'])(
    'fault 48: %s is reserved at the top only',
    (key) => {
      expect(verdict({ ...EVENT, [key]: '2020-01-01T00:00:00Z' })).toBe('reserved_field');
      expect(verdict({ ...EVENT, x: { [key]: 1 } })).toBe('accepted');
    },
  );

  it.each([
    [{ ...EVENT, x: { a: 1, A: 2 } }, 'duplicate_key'],
    [{ ...EVENT, x: [{ key: 1, '\u212aey': 2 }] }, 'duplicate_key'],
    [{ ...EVENT, x: { ſ: 1, s: 2 } }, 'duplicate_key'],
    [{ ...EVENT, x: { a: 1 }, y: { A: 1 } }, 'accepted'],
    [{ ...EVENT, x: { 'odd key': 1, '': 2, 'a.b': 3, ü: 4, '"': 5 } }, 'accepted'],
  ])('fault 48: keys that differ by case alone are one key (%#)', (event, expected) => {
    expect(verdict(event)).toBe(expected);
  });

  it('refuses a field of the contract in another case, which engines would read as that field', () => {
    expect(verdict(sample('view_item', { Quantity: 3 }))).toBe('invalid_field');
    expect(
      verdict(sample('purchase', { items: [{ product_id: '1', quantity: 1, unit_price: 1, QUANTITY: 2 }] })),
    ).toBe('duplicate_key');
    expect(verdict(sample('view_item', { x: { Quantity: 3 } }))).toBe('accepted');
  });

  it.each([
    ['"quantity":2', '"quantity":2.0', 'accepted'],
    ['"quantity":2', '"quantity":2e0', 'accepted'],
    ['"quantity":2', '"quantity" : 2.00', 'accepted'],
    ['"quantity":2', '"quantity":2.5', 'invalid_field'],
    ['"quantity":2', '"quantity":-0', 'invalid_field'],
    ['"quantity":2', '"quantity":"2"', 'invalid_field'],
    ['"schema_version":1', '"schema_version":1.0', 'accepted'],
    ['"unit_price":10.5', '"unit_price":1.05e1', 'accepted'],
    ['"unit_price":10.5', '"unit_price":"1.05e1"', 'invalid_field'],
    ['"unit_price":10.5', '"unit_price":-0', 'accepted'],
    ['"unit_price":10.5', '"unit_price":-0.0001', 'invalid_field'],
    ['"unit_price":10.5', '"unit_price":10.500000', 'accepted'],
    ['"unit_price":10.5', '"unit_price":10.00', 'accepted'],
    ['"unit_price":10.5', '"unit_price":10.50001', 'invalid_field'],
    ['"unit_price":10.5', '"unit_price":1e999', 'bad_number'],
    ['"unit_price":10.5', '"unit_price":10.5,"x":[-1e999]', 'bad_number'],
    ['"unit_price":10.5', `"unit_price":10.5,"x":${'9'.repeat(400)}`, 'bad_number'],
    ['"unit_price":10.5', '"unit_price":10.5,"x":[1e300,9007199254740993,-0,1.0]', 'accepted'],
  ])('fault 49: %s written %s is %s', (piece, by, expected) => {
    expect(verdict(textWith(EVENT, piece, by))).toBe(expected);
  });

  it('never throws, whatever comes first or last', () => {
    for (let byte = 0; byte < 256; byte += 1) {
      expect(verdicts(Uint8Array.of(byte))).toHaveLength(1);
      expect(verdicts(Buffer.concat([Uint8Array.of(byte), utf8(TEXT)]))).toHaveLength(1);
      expect(verdicts(Buffer.concat([utf8(TEXT), Uint8Array.of(byte)]))).toHaveLength(1);
    }
  });
});
