import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { EVENTS_A_VISIT, HISTORY_START_MS, MS_PER_DAY, shopDays } from '../../bench/shop-days.ts';
import { checkRecord } from '../../lambdas/domain/events/check-record.ts';

const SIZE = { seed: 5, visitsADay: 60, days: 12 };

interface Sent {
  readonly event_id: string;
  readonly event_type: string;
  readonly anonymous_id: string;
  readonly session_id: string;
  readonly user_id?: string;
}

function digestsOf(size: typeof SIZE): readonly string[] {
  return [...shopDays(size)].map((arrivals) => {
    const hash = createHash('sha256');
    for (const { arrivalMs, data } of arrivals) hash.update(`${arrivalMs} `).update(data);
    return hash.digest('hex');
  });
}

test('one seed gives one history, byte for byte, and another seed another one', () => {
  const first = digestsOf(SIZE);

  expect(digestsOf(SIZE)).toEqual(first);
  expect(digestsOf({ ...SIZE, seed: 6 })[3]).not.toBe(first[3]);
});

test('the consumer accepts every event of the history', () => {
  const verdicts = new Set<string>();

  for (const arrivals of shopDays(SIZE))
    for (const { data, arrivalMs } of arrivals)
      for (const checked of checkRecord(data, arrivalMs))
        verdicts.add(checked.kind === 'accepted' ? 'accepted' : checked.detail);

  expect([...verdicts]).toEqual(['accepted']);
});

test('a day holds what arrives on it, in order, and there is one day more', () => {
  let days = 0;

  for (const arrivals of shopDays(SIZE)) {
    const times = arrivals.map(({ arrivalMs }) => arrivalMs);
    const startMs = HISTORY_START_MS + days * MS_PER_DAY;
    expect(times).toEqual([...times].sort((left, right) => left - right));
    expect(times.every((timeMs) => timeMs >= startMs && timeMs < startMs + MS_PER_DAY)).toBe(true);
    days += 1;
  }

  expect(days).toBe(SIZE.days + 1);
});

test('a visit has as many events as the size of a history reckons with', () => {
  const ids = new Set<string>();
  const visits = SIZE.visitsADay * 31;

  for (const arrivals of shopDays({ ...SIZE, days: 30 }))
    for (const { data } of arrivals) ids.add(sentOf(data).event_id);

  expect(ids.size / visits).toBeGreaterThan(EVENTS_A_VISIT * 0.93);
  expect(ids.size / visits).toBeLessThan(EVENTS_A_VISIT * 1.07);
});

test('anonymous devices sign in on later days, and copies, orders and refunds occur', () => {
  const seen = new Set<string>();
  const signedIn = new Set<string>();
  const types = new Set<string>();
  const ids = new Set<string>();
  let lateSignIns = 0;
  let copies = 0;

  for (const arrivals of shopDays({ ...SIZE, days: 30 })) {
    const before = new Set(seen);
    for (const { data } of arrivals) {
      const sent = sentOf(data);
      if (ids.has(sent.event_id)) copies += 1;
      ids.add(sent.event_id);
      types.add(sent.event_type);
      seen.add(sent.anonymous_id);
      if (sent.user_id === undefined || signedIn.has(sent.anonymous_id)) continue;
      signedIn.add(sent.anonymous_id);
      if (before.has(sent.anonymous_id)) lateSignIns += 1;
    }
  }

  expect(lateSignIns).toBeGreaterThan(10);
  expect(copies).toBeGreaterThan(50);
  expect([...types]).toEqual(expect.arrayContaining(['purchase', 'refund', 'ad_click', 'sign_up', 'search']));
});

test('a tenth of the visitors sends about a tenth of the events', () => {
  const size = { ...SIZE, visitsADay: 155, days: 5 };

  const all = [...shopDays(size)].flatMap((arrivals) => arrivals.map(({ isThin }) => isThin));

  const share = all.filter((isThin) => isThin).length / all.length;
  expect(share).toBeGreaterThan(0.06);
  expect(share).toBeLessThan(0.14);
});

function sentOf(data: Uint8Array): Sent {
  return JSON.parse(Buffer.from(data).toString());
}
