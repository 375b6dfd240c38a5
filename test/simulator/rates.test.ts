import { describe, expect, it } from 'vitest';
import { configWith, DEFAULT_FAULT_RATES, NO_FAULTS } from '../../simulator/config.ts';
import { CHANNEL_SHARES } from '../../simulator/population.ts';
import type { FaultKind, ShopEvent } from '../../simulator/shop-event.ts';
import { simulate } from '../../simulator/simulate.ts';

/** Enough sessions that a share of 11 % is known to half a point. */
const EVENTS: readonly ShopEvent[] = [
  ...simulate(configWith({ visitors: 4_000, faults: NO_FAULTS })),
].flatMap(({ content }) => (content.kind === 'event' ? [content.event] : []));
const SESSIONS = [
  ...Map.groupBy(
    EVENTS.filter(({ eventType }) => !eventType.startsWith('ad_') && eventType !== 'refund'),
    ({ anonymousId, sessionId }) => `${anonymousId}/${sessionId}`,
  ).values(),
];

function sessionsWith(type: string, sessions = SESSIONS): number {
  return sessions.filter((own) => own.some(({ eventType }) => eventType === type)).length;
}

describe('the published rates', () => {
  it('come out: 11 % add to the cart, 39 % of those check out, 48 % of those buy', () => {
    const adding = sessionsWith('add_to_cart');
    const checking = sessionsWith('begin_checkout');

    expect(adding / SESSIONS.length).toBeGreaterThan(0.1);
    expect(adding / SESSIONS.length).toBeLessThan(0.12);
    expect(checking / adding).toBeGreaterThan(0.35);
    expect(checking / adding).toBeLessThan(0.43);
    expect(sessionsWith('purchase') / checking).toBeGreaterThan(0.43);
    expect(sessionsWith('purchase') / checking).toBeLessThan(0.53);
  });

  it('come out: about 2.1 % of sessions buy, more on the desktop than on the phone', () => {
    const on = (device: string) => SESSIONS.filter((own) => own.some((event) => event.device === device));
    const rate = (sessions: typeof SESSIONS) => sessionsWith('purchase', sessions) / sessions.length;

    expect(rate(SESSIONS)).toBeGreaterThan(0.018);
    expect(rate(SESSIONS)).toBeLessThan(0.024);
    expect(rate(on('desktop'))).toBeGreaterThan(rate(on('mobile')));
  });

  it('come out: each channel has its share of the sessions', () => {
    const channels = SESSIONS.flatMap((own) => own.find(({ channel }) => channel !== null)?.channel ?? []);

    for (const [channel, percent] of CHANNEL_SHARES) {
      const share = (channels.filter((other) => other === channel).length / channels.length) * 100;
      expect(Math.abs(share - percent)).toBeLessThan(1.5);
    }
  });

  it('come out: people buy again, weeks later too', () => {
    const orders = EVENTS.filter(({ eventType }) => eventType === 'purchase');
    const byBuyer = [...Map.groupBy(orders, ({ orderId }) => orderId?.replace(/-\d+$/, '')).values()];
    const gapsDays = byBuyer.map((own) => {
      const times = own.map(({ eventTimeUs }) => eventTimeUs);
      return (Math.max(...times) - Math.min(...times)) / 86_400e6;
    });

    expect(gapsDays.filter((gap) => gap > 1).length / byBuyer.length).toBeGreaterThan(0.05);
    expect(gapsDays.some((gap) => gap > 14)).toBe(true);
  });

  it('come out: a day has two peaks, and few visitors make most of the sessions', () => {
    const german = SESSIONS.filter((own) => own.some(({ country }) => country === 'DE'));
    const hours = german.map(
      (own) => new Date(Math.floor((own[0]?.eventTimeUs ?? 0) / 1000)).getUTCHours() + 1,
    );
    const at = (from: number, to: number) =>
      hours.filter((hour) => hour >= from && hour < to).length / (to - from);
    const perDevice = [...Map.groupBy(SESSIONS, (own) => own[0]?.anonymousId).values()]
      .map(({ length }) => length)
      .sort((left, right) => right - left);
    const topFifth = perDevice
      .slice(0, Math.ceil(perDevice.length / 5))
      .reduce((total, count) => total + count, 0);

    expect(at(11, 14)).toBeGreaterThan(at(15, 17));
    expect(at(19, 22)).toBeGreaterThan(at(11, 14));
    expect(at(2, 6)).toBeLessThan(at(15, 17) / 2);
    expect(topFifth / SESSIONS.length).toBeGreaterThan(0.5);
  });
});

describe('the fault rates', () => {
  it('come out as given', () => {
    const rates = {
      ...DEFAULT_FAULT_RATES,
      duplicate: 0.05,
      malformed: 0.02,
      idConflict: 0.02,
      resend: 0.03,
    };
    const records = [...simulate(configWith({ visitors: 600, faults: rates }))];
    const share = (kind: FaultKind) =>
      records.filter(({ faults }) => faults.includes(kind)).length / records.length;

    expect(share('duplicate')).toBeGreaterThan(0.04);
    expect(share('duplicate')).toBeLessThan(0.07);
    expect(share('malformed')).toBeGreaterThan(0.014);
    expect(share('malformed')).toBeLessThan(0.026);
    expect(share('idConflict')).toBeGreaterThan(0.014);
    expect(share('resend')).toBeGreaterThan(0.022);
  });
});
