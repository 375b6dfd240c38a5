import { describe, expect, it } from 'vitest';
import { randomStream } from '../../simulator/random.ts';
import { toWire } from '../../simulator/render-event.ts';
import { BLANK_EVENT, type ShopEvent } from '../../simulator/shop-event.ts';
import { uuidV7 } from '../../simulator/uuid.ts';
import type { Client } from '../../simulator/visitor.ts';

const CLIENT: Client = {
  timeFormat: 'milliseconds',
  utcOffsetHours: -5,
  priceFormat: 'number',
  writesNulls: false,
  writesExtras: false,
  writesSentTime: false,
  clockAheadMs: 0,
};
const EVENT: ShopEvent = {
  ...BLANK_EVENT,
  eventId: '00000000-0000-7000-8000-000000000001',
  eventType: 'view_item',
  eventTimeUs: Date.parse('2026-01-05T01:02:03.456Z') * 1000 + 789,
  anonymousId: 'd1',
  sessionId: 's1',
  unitPriceE4: 989_550,
  currency: 'USD',
};

describe('an event on the wire', () => {
  it('has the names of the contract, and nothing that was not sent', () => {
    expect(toWire(EVENT, CLIENT)).toEqual({
      event_id: '00000000-0000-7000-8000-000000000001',
      event_type: 'view_item',
      event_time: '2026-01-05T01:02:03.456Z',
      schema_version: 1,
      anonymous_id: 'd1',
      session_id: 's1',
      unit_price: 98.955,
      currency: 'USD',
    });
  });

  it('bears its time in milliseconds, in microseconds or with an offset', () => {
    const time = (change: Partial<Client>) => toWire(EVENT, { ...CLIENT, ...change }).event_time;

    expect(time({ timeFormat: 'microseconds' })).toBe('2026-01-05T01:02:03.456789Z');
    expect(time({ timeFormat: 'offset' })).toBe('2026-01-04T20:02:03.456-05:00');
    expect(time({ timeFormat: 'offset', utcOffsetHours: 9 })).toBe('2026-01-05T10:02:03.456+09:00');
  });

  it('bears its prices as numbers, as text or as text with four places', () => {
    const price = (priceFormat: Client['priceFormat'], unitPriceE4 = 989_550) =>
      toWire({ ...EVENT, unitPriceE4 }, { ...CLIENT, priceFormat }).unit_price;

    expect([price('number'), price('text'), price('padded_text')]).toEqual([98.955, '98.955', '98.9550']);
    expect([price('text', 0), price('padded_text', 1)]).toEqual(['0', '0.0001']);
  });

  it('writes nulls and unknown fields for clients that do', () => {
    const wire = toWire(EVENT, { ...CLIENT, writesNulls: true, writesExtras: true });

    expect(wire).toMatchObject({ user_id: null, channel: null, consent: true });
    expect(wire).not.toHaveProperty('order_id');
  });
});

describe('an event id', () => {
  it('is a UUID of version 7 that begins with its time', () => {
    const random = randomStream(1);

    const ids = Array.from({ length: 200 }, () => uuidV7(Date.parse('2026-01-05T00:00:00Z'), random));

    expect(new Set(ids).size).toBe(200);
    for (const id of ids) expect(id).toMatch(/^019b8b74-1800-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
