import { MS_PER_DAY } from '../lambdas/domain/time.ts';
import type { Random } from './random.ts';
import { timeText, toWire, type WireEvent } from './render-event.ts';
import type { FaultKind, QuarantineReason, ShopEvent } from './shop-event.ts';
import type { Client } from './visitor.ts';

/** Bytes that nobody may accept, and the reason that quarantine must give. */
export interface Spoilt {
  readonly data: Uint8Array;
  readonly reason: QuarantineReason;
}

export type SpoilingFault = Extract<FaultKind, 'malformed' | 'unknownType' | 'unknownVersion' | 'clockSkew'>;

interface Original {
  readonly event: ShopEvent;
  readonly client: Client;
  readonly random: Random;
}

const encoder = new TextEncoder();

/** Spoils an event in the way of the fault. */
export function spoil(fault: SpoilingFault, original: Original): Spoilt {
  const { event, client, random } = original;
  const wire = toWire(event, client);
  switch (fault) {
    case 'malformed':
      return random.pick(MALFORMATIONS)(wire);
    case 'unknownType':
      return spoilt(
        { ...wire, event_type: random.pick(['wishlist_add', 'PageView', 'log_in']) },
        'unknown_type',
      );
    case 'unknownVersion':
      return spoilt({ ...wire, schema_version: random.pick([0, 2, 17]) }, 'unknown_version');
    case 'clockSkew': {
      const eventTimeUs = random.pick([
        event.eventTimeUs + random.integer(10, 30) * MS_PER_DAY * 1000,
        event.eventTimeUs - random.integer(500, 900) * MS_PER_DAY * 1000,
        0,
      ]);
      return spoilt({ ...wire, event_time: timeText(eventTimeUs, client) }, 'clock_skew');
    }
  }
}

type Malformation = (wire: WireEvent) => Spoilt;

/** One kind each of what a producer can get wrong. */
const MALFORMATIONS: readonly [Malformation, ...Malformation[]] = [
  (wire) => ({ data: encoder.encode(JSON.stringify(wire).slice(0, -7)), reason: 'not_json' }),
  () => ({ data: encoder.encode('GET /favicon.ico'), reason: 'not_json' }),
  (wire) => ({ data: withBrokenByte(encoder.encode(JSON.stringify(wire))), reason: 'not_utf8' }),
  (wire) => ({ data: encoder.encode(JSON.stringify([wire])), reason: 'not_an_object' }),
  (wire) => ({ data: spliced(wire, '"Event_Type":"purchase"'), reason: 'duplicate_key' }),
  (wire) => ({
    data: spliced(wire, `"event_id":${JSON.stringify(wire.event_id)}`),
    reason: 'duplicate_key',
  }),
  (wire) => ({ data: spliced(wire, '"_arrival_time":"2020-01-01T00:00:00.000Z"'), reason: 'reserved_field' }),
  (wire) => ({ data: spliced(wire, '"__proto__":{"is_admin":true}'), reason: 'reserved_field' }),
  (wire) => ({ data: spliced(wire, '"note":"\\u0000"'), reason: 'bad_text' }),
  (wire) => ({ data: spliced(wire, '"note":"\\ud83d"'), reason: 'bad_text' }),
  (wire) => ({ data: spliced(wire, '"score":1e999'), reason: 'bad_number' }),
  (wire) => ({ data: spliced(wire, `"tree":${'['.repeat(200)}${']'.repeat(200)}`), reason: 'too_deep' }),
  (wire) => spoilt({ ...wire, country: 'Wonderland' }, 'invalid_field'),
  (wire) => spoilt({ ...wire, event_time: 'yesterday' }, 'invalid_field'),
  (wire) => spoilt({ ...wire, event_id: 'not-a-uuid' }, 'invalid_field'),
  (wire) => spoilt({ anonymous_id: 'd-huge', session_id: '1', ...wire, ...HUGE_ORDER }, 'out_of_range'),
];

/** Its line is allowed, its gross of 9,999 million is not. */
const HUGE_ORDER: WireEvent = {
  event_type: 'purchase',
  order_id: 'o-huge',
  currency: 'USD',
  items: [{ product_id: '14', quantity: 100, unit_price: 99_999_990 }],
};

function spoilt(wire: WireEvent, reason: QuarantineReason): Spoilt {
  return { data: encoder.encode(JSON.stringify(wire)), reason };
}

/** The event with one more member at its end. */
function spliced(wire: WireEvent, member: string): Uint8Array {
  return encoder.encode(`${JSON.stringify(wire).slice(0, -1)},${member}}`);
}

function withBrokenByte(data: Uint8Array): Uint8Array {
  data[data.length - 5] = 0xff;
  return data;
}
