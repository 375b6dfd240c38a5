import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkRecord } from '../../lambdas/domain/events/check-record.ts';
import { configWith, DEFAULT_CONFIG, NO_FAULTS, type SimulationConfig } from '../../simulator/config.ts';
import { FAULT_KINDS, type FaultKind, type SimulatedRecord } from '../../simulator/shop-event.ts';
import { simulate } from '../../simulator/simulate.ts';

const SMALL = configWith({ visitors: 200, days: 12 });
const DEMO: readonly SimulatedRecord[] = [...simulate(DEFAULT_CONFIG)];

/** Digest of everything that a stream would be given. */
function digest(config: SimulationConfig): string {
  const hash = createHash('sha256');
  for (const { partitionKey, arrivalTimeMs, data } of simulate(config)) {
    hash.update(`${partitionKey} ${arrivalTimeMs} `).update(data).update('\n');
  }
  return hash.digest('hex');
}

function eventsOf(records: Iterable<SimulatedRecord>) {
  return [...records].flatMap(({ content }) => (content.kind === 'event' ? [content.event] : []));
}

describe('simulate', () => {
  it('gives the same bytes at the same times for one seed', () => {
    expect(digest(SMALL)).toBe(digest(SMALL));
  });

  it('gives other bytes for another seed, start or length', () => {
    const digests = [{}, { seed: 2 }, { start: '2026-10-18' }, { days: 11 }].map((change) =>
      digest({ ...SMALL, ...change }),
    );

    expect(new Set(digests).size).toBe(4);
  });

  it('has kept its bytes since they were last changed on purpose', () => {
    expect(digest(SMALL)).toBe('6a90e1bb6cc51b1b160ef5669aeca296c64103ac3c11aa693a972ccc43b08b26');
  });

  it('yields in the order of arrival, within the simulated days', () => {
    const arrivals = DEMO.map(({ arrivalTimeMs }) => arrivalTimeMs);

    expect(arrivals).toEqual(arrivals.toSorted((left, right) => left - right));
    expect(arrivals[0]).toBeGreaterThanOrEqual(Date.parse('2026-10-17T00:00:00Z'));
    expect(arrivals.at(-1)).toBeLessThan(Date.parse('2026-11-16T00:00:00Z'));
  });

  it('makes 30,000 to 60,000 records by default', () => {
    expect(DEMO.length).toBeGreaterThan(30_000);
    expect(DEMO.length).toBeLessThan(60_000);
  });

  it('comes near the number of events asked for', () => {
    const count = [...simulate(configWith({ days: 10, events: 20_000 }))].length;

    expect(Math.abs(count / 20_000 - 1)).toBeLessThan(0.08);
  });

  it('lets further visitors change nothing in what the others send', () => {
    const few = [...simulate(SMALL)].map(({ data }) => Buffer.from(data).toString('latin1'));
    const more = [...simulate({ ...SMALL, visitors: 220 })].map(({ data }) =>
      Buffer.from(data).toString('latin1'),
    );

    const kept = new Set(more);
    expect(few.every((record) => kept.has(record))).toBe(true);
    expect(more.length).toBeGreaterThan(few.length);
  });

  it('lets fault rates change nothing in what people do', () => {
    const idsWith = (faults: Partial<Record<FaultKind, number>>) =>
      new Set(
        eventsOf(simulate({ ...SMALL, faults: { ...NO_FAULTS, ...faults } })).map(({ eventId }) => eventId),
      );

    expect(idsWith({ duplicate: 0.3, resend: 0.2, idConflict: 0.1 })).toEqual(idsWith({}));
  });

  it('never lets two copies of an event arrive in the same millisecond', () => {
    const arrivals = DEMO.flatMap(({ content, arrivalTimeMs }) =>
      content.kind === 'event' ? [`${content.event.eventId} ${arrivalTimeMs}`] : [],
    );

    expect(new Set(arrivals).size).toBe(arrivals.length);
  });

  it('sends every copy of an event under its device, and spend under its campaign', () => {
    const astray = DEMO.filter(
      ({ content, partitionKey }) =>
        content.kind === 'event' && partitionKey !== (content.event.anonymousId ?? content.event.campaignId),
    );

    expect(astray).toEqual([]);
  });

  it('refuses a config that cannot be simulated, and says what is allowed', () => {
    const first = (change: Partial<SimulationConfig>) => simulate({ ...SMALL, ...change }).next();

    expect(() => first({ visitors: 0 })).toThrow(
      "The simulation's visitors is 0; allowed is 1 to 10,000,000.",
    );
    expect(() => first({ start: '2026-02-30' })).toThrow(/start is 2026-02-30; allowed is a date/);
    expect(() => first({ currency: 'usd' })).toThrow(/currency is usd/);
    expect(() => first({ faults: { ...NO_FAULTS, resend: 1.1 } })).toThrow(
      /rate of resend is 1.1; allowed is 0 to 1/,
    );
  });
});

describe('the demo', () => {
  it('shows every fault', () => {
    const kinds = new Set(DEMO.flatMap(({ faults }) => faults));

    expect([...kinds].sort()).toEqual([...FAULT_KINDS].sort());
  });

  it('shows no fault at rate zero', () => {
    const records = [...simulate({ ...SMALL, faults: NO_FAULTS })];

    expect(records.flatMap(({ faults }) => faults)).toEqual([]);
    expect(records.every(({ content }) => content.kind === 'event')).toBe(true);
  });

  it('gets from the validator the verdicts that the truth expects', () => {
    const wrong = DEMO.filter(({ data, arrivalTimeMs, content }) => {
      const [verdict, ...more] = checkRecord(data, arrivalTimeMs);
      const found = verdict?.kind === 'rejected' ? verdict.reason : verdict?.eventId;
      return (
        more.length > 0 || found !== (content.kind === 'refused' ? content.reason : content.event.eventId)
      );
    });

    expect(wrong.map(({ data }) => Buffer.from(data).toString())).toEqual([]);
  });

  it('has events too late, exactly at the limit and in time though days late', () => {
    const lateMs = DEMO.flatMap(({ content, arrivalTimeMs, faults }) =>
      content.kind === 'event' && faults.includes('lateDays')
        ? [arrivalTimeMs - content.event.eventTimeUs / 1000]
        : [],
    );

    expect(lateMs.some((late) => late > 259_200_001)).toBe(true);
    expect(lateMs.some((late) => late > 86_400_000 && late < 259_200_000)).toBe(true);
    expect(lateMs).toContain(259_200_000);
  });

  it('has ties of time, sessions across midnight, second devices and repeated orders', () => {
    const events = eventsOf(DEMO);
    const sessions = Map.groupBy(events, ({ anonymousId, sessionId }) => `${anonymousId}/${sessionId}`);
    const times = [...sessions.values()].map((own) => own.map(({ eventTimeUs }) => eventTimeUs));
    const dates = times.map((own) => new Set(own.map((timeUs) => Math.floor(timeUs / 86_400e6))).size);
    const ids = [...sessions.values()].map((own) => new Set(own.map(({ eventId }) => eventId)).size);
    const users = Map.groupBy(
      events.filter(({ userId }) => userId !== null),
      ({ userId }) => userId,
    );
    const purchases = Map.groupBy(
      events.filter(({ eventType }) => eventType === 'purchase'),
      ({ orderId }) => orderId,
    );

    expect(times.some((own, index) => new Set(own).size < (ids[index] ?? 0))).toBe(true);
    expect(dates.some((count) => count > 1)).toBe(true);
    expect(
      [...users.values()].some((own) => new Set(own.map(({ anonymousId }) => anonymousId)).size > 1),
    ).toBe(true);
    expect([...purchases.values()].some((own) => new Set(own.map(({ eventId }) => eventId)).size > 1)).toBe(
      true,
    );
  });

  it('has refunds in full, in part, twice under one id and without a known order', () => {
    const events = eventsOf(DEMO);
    const refunds = events.filter(({ eventType }) => eventType === 'refund');
    const orders = new Map(
      events.flatMap((event) => (event.eventType === 'purchase' ? [[event.orderId, event] as const] : [])),
    );
    const paid = (orderId: string | null) => {
      const order = orders.get(orderId);
      const gross = order?.items.reduce((total, item) => total + item.quantity * item.unitPriceE4, 0) ?? 0;
      return gross - (order?.discountE4 ?? 0);
    };
    const known = refunds.filter(({ orderId }) => orders.has(orderId));
    const idsOfRefund = Map.groupBy(refunds, ({ refundId }) => refundId);

    expect(known.some(({ orderId, amountE4 }) => Math.abs((amountE4 ?? 0) - paid(orderId)) < 100)).toBe(true);
    expect(known.some(({ orderId, amountE4 }) => (amountE4 ?? 0) < paid(orderId) - 100)).toBe(true);
    expect(refunds.some(({ orderId }) => !orders.has(orderId))).toBe(true);
    expect([...idsOfRefund.values()].some((own) => new Set(own.map(({ eventId }) => eventId)).size > 1)).toBe(
      true,
    );
  });

  it('has orders in a second currency, but none in the first two days', () => {
    const foreign = eventsOf(DEMO).filter(
      ({ eventType, currency }) => eventType === 'purchase' && currency === 'EUR',
    );

    expect(foreign.length).toBeGreaterThan(0);
    expect(Math.min(...foreign.map(({ eventTimeUs }) => eventTimeUs))).toBeGreaterThan(
      Date.parse('2026-10-18T23:00:00Z') * 1000,
    );
  });
});
