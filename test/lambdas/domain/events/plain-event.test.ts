import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CheckedEvent, parseSpan } from '../../../../lambdas/domain/events/check-record.ts';
import { EVENT_TYPES } from '../../../../lambdas/domain/events/event-types.ts';
import { readPlainEvent } from '../../../../lambdas/domain/events/plain-event.ts';
import { configWith, NO_FAULTS } from '../../../../simulator/config.ts';
import { simulate } from '../../../../simulator/simulate.ts';
import { anyEvent, oddText } from './generate-events.ts';
import { ARRIVAL_MS, sample, textWith, utf8 } from './sample-events.ts';

/** What the quick reader says of these bytes, once it is known to be what the thorough one says; null: nothing. */
function quickly(bytes: Uint8Array, arrivalTimeMs = ARRIVAL_MS): CheckedEvent | null {
  const span = { source: bytes, from: 0, to: bytes.length };
  const event = readPlainEvent(span, arrivalTimeMs);
  if (event !== null) expect(event).toEqual(parseSpan(span, arrivalTimeMs));
  return event;
}

/** A byte that means something to JSON or to the contract, or any. */
const byte = fc.oneof(
  fc.constantFrom(...utf8('{}[],:"\\ \n\t0123456789.-+eETZnulltruefalse_/aAbBzZ')),
  fc.nat(255),
);
const mutation = fc.record({
  place: fc.nat(),
  cut: fc.nat(3),
  insert: fc.array(byte, { maxLength: 2 }),
});

function mutated(
  text: string,
  changes: readonly { place: number; cut: number; insert: number[] }[],
): Uint8Array {
  let bytes = Buffer.from(text);
  for (const { place, cut, insert } of changes) {
    const at = place % (bytes.length + 1);
    bytes = Buffer.concat([bytes.subarray(0, at), Uint8Array.from(insert), bytes.subarray(at + cut)]);
  }
  return bytes;
}

describe('the quick reader of plain events', () => {
  it('says of 20,000 generated events, oddly written too, nothing but what parsing and validating say', () => {
    let taken = 0;

    fc.assert(
      fc.property(anyEvent, fc.oneof(fc.constant(0), fc.nat(47)), (event, style) => {
        if (quickly(utf8(oddText(event, style))) !== null) taken += 1;
      }),
      { numRuns: 20_000 },
    );

    expect(taken).toBeGreaterThan(2_000);
  });

  it('says of 40,000 events with bytes cut out, put in or replaced nothing else either', () => {
    let taken = 0;

    fc.assert(
      fc.property(fc.constantFrom(...EVENT_TYPES), fc.array(mutation, { maxLength: 2 }), (type, changes) => {
        const text = JSON.stringify(sample(type, { user_id: 'u', note: 'n', tax: 1, device: 'mobile' }));
        if (quickly(mutated(text, changes)) !== null) taken += 1;
      }),
      { numRuns: 40_000 },
    );

    expect(taken).toBeGreaterThan(4_000);
  });

  it('takes all but a hundredth of what the synthetic shop sends', () => {
    const tally = { events: 0, taken: 0 };

    for (const { data, arrivalTimeMs } of simulate(configWith({ events: 5_000, faults: NO_FAULTS }))) {
      tally.events += 1;
      if (quickly(data, arrivalTimeMs) !== null) tally.taken += 1;
    }

    expect(tally.events).toBeGreaterThan(4_000);
    expect(tally.taken / tally.events).toBeGreaterThan(0.99);
  });

  it.each(EVENT_TYPES)('takes a plain %s, with blanks after colons and commas too', (type) => {
    const text = JSON.stringify(sample(type, { user_id: null, channel: 'email', country: 'DE', x: true }));

    expect(quickly(utf8(text))).toMatchObject({ kind: 'accepted', eventType: type });
    expect(quickly(utf8(text.replaceAll('":', '": ').replaceAll(',"', ', "')))).not.toBeNull();
  });

  it.each([
    ['"quantity":2', '"quantity":2,"quantity":2'],
    ['"quantity":2', '"quantity":2,"x":1,"x":1'],
    ['"quantity":2', '"quantity":2,"constructor":1'],
    ['"quantity":2', '"quantity":2,"_x":1'],
    ['"quantity":2', '"quantity":2,"9x":1'],
    ['"quantity":2', '"quantity":2,"Quantity":1'],
    ['"quantity":2', '"quantity":2,"x":1e400'],
    ['"quantity":2', '"quantity":02'],
    ['"quantity":2', '"quantity":10001'],
    ['"quantity":2', '"quantity":2.0'],
    ['"unit_price":10.5', '"unit_price":10.12345'],
    ['"unit_price":10.5', '"unit_price":99999999.0001'],
    ['"unit_price":10.5', '"unit_price":-0'],
    ['"currency":"USD"', '"currency":"USX"'],
    ['"currency":"USD"', '"currency":null'],
    ['"schema_version":1', '"schema_version":2'],
    ['"event_time":"2026-01-31T', '"event_time":"2026-02-30T'],
    ['"event_time":"2026-01-31T', '"event_time":"2026-00-31T'],
    ['"event_time":"2026-01-31T', '"event_time":"2026-01-00T'],
    ['"event_time":"2026-01-31T', '"event_time":"2024-01-31T'],
    ['"session_id":"session-1"', `"session_id":"${'s'.repeat(65)}"`],
    ['"session_id":"session-1"', '"session_id":""'],
    ['.123456Z', '.123456+14:01'],
    ['.123456Z', '.123456+01:60'],
    ['.123456Z', '.1234567Z'],
    ['.123456Z', '.Z'],
    ['.123456Z', ''],
    ['"quantity":2', '"quantity":2,"x":{"y":1,"y":2}'],
    ['"quantity":2', '"quantity":2,"x":{"y":[{"prototype":1}]}'],
    ['"quantity":2', '"quantity":2,"x":"\\u0000"'],
    ['"quantity":2', `"quantity":2,"x":${'['.repeat(9)}1${']'.repeat(9)}`],
    ['"quantity":2', `"quantity":2,"x":[${Array.from({ length: 1_001 }, () => '{"y":1}').join()}]`],
  ])('leaves it to the thorough one when %s is %s', (piece, by) => {
    expect(quickly(utf8(textWith(sample('add_to_cart'), piece, by)))).toBeNull();
  });

  it.each([
    ['.123456Z', '.1-05:00'],
    ['.123456Z', '+14:00'],
    ['"quantity":2', '"quantity":2,"x":{"y":[1,{"z":[true,null,-1.5]}],"items":"é😀"}'],
  ])('takes it when %s is %s', (piece, by) => {
    expect(quickly(utf8(textWith(sample('add_to_cart'), piece, by)), ARRIVAL_MS + 86_400_000)).not.toBeNull();
  });

  it('leaves text that is no UTF-8 to the thorough one', () => {
    const text = Buffer.from(JSON.stringify(sample('search', { search_term: 'aé' })));
    text[text.indexOf(0xc3)] = 0x61;

    expect(quickly(text)).toBeNull();
  });

  it('reads one event among others in the same bytes, and not beyond its end', () => {
    const [left, right] = [sample('search'), sample('purchase')].map((event) => utf8(JSON.stringify(event)));
    if (left === undefined || right === undefined) throw new Error('no texts');
    const source = Buffer.concat([left, right]);
    const read = (from: number, to: number) => readPlainEvent({ source, from, to }, ARRIVAL_MS);

    expect(read(0, left.length)).toMatchObject({ eventType: 'search', from: 1, to: left.length });
    expect(read(left.length, source.length)).toMatchObject({ eventType: 'purchase', grossUnits: 210_000 });
    for (let to = 0; to < source.length; to += 1) if (to !== left.length) expect(read(0, to)).toBeNull();
  });
});
