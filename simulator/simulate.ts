import { MS_PER_DAY } from '../lambdas/domain/time.ts';
import type { Appointment, Shop } from './agenda.ts';
import { planCampaigns } from './campaigns.ts';
import { assertSimulable, type SimulationConfig, startMs } from './config.ts';
import type { SimulatedRecord } from './shop-event.ts';
import { createTimeQueue } from './time-queue.ts';
import { createVisitor } from './visitor.ts';
import { planVisitor } from './visitor-plan.ts';

/** Activity is heavy-tailed: the mean over so many people for so long is within some per cent of the mean over all. */
const PILOT_VISITOR_DAYS = 45_000;
const PILOT_VISITORS = { least: 400, most: 5_000 } as const;

/**
 * The records that a synthetic shop sends, in the order of arrival. The same config gives the same bytes at the same
 * times, on any machine and at any hour. Holds the visitors and what is under way, never all records.
 *
 * @throws RangeError for a config that cannot be simulated
 */
export function* simulate(config: SimulationConfig): Generator<SimulatedRecord, void, undefined> {
  assertSimulable(config);
  const visitors = config.events === undefined ? config.visitors : visitorsFor(config.events, config);
  yield* play({ ...config, visitors });
}

/** How many visitors make about so many records: a pilot is played and counted. */
function visitorsFor(events: number, config: SimulationConfig): number {
  const { least, most } = PILOT_VISITORS;
  const pilot = Math.min(most, Math.max(least, Math.round(PILOT_VISITOR_DAYS / config.days)));
  const recordsOf = (visitors: number) => play({ ...config, visitors }).reduce((count) => count + 1, 0);
  const ofNobody = recordsOf(0);
  const ofPilot = recordsOf(pilot) - ofNobody;
  return Math.max(1, Math.round(((events - ofNobody) * pilot) / ofPilot));
}

function* play(config: SimulationConfig): Generator<SimulatedRecord, void, undefined> {
  const shop = openShop(config);
  const agenda = createTimeQueue<Appointment>();
  const underWay = createTimeQueue<SimulatedRecord>();
  for (const { timeMs, appointment } of planCampaigns(shop)) agenda.add(timeMs, appointment);
  for (let index = 0; index < config.visitors; index += 1) {
    const { timeMs, appointment } = planVisitor(createVisitor(config.seed, index), shop);
    agenda.add(timeMs, appointment);
  }
  for (let timeMs = agenda.nextTimeMs(); timeMs < shop.endMs; timeMs = agenda.nextTimeMs()) {
    // Whatever is done from now on arrives from now on, so what arrives before is complete.
    yield* arrivals(underWay, timeMs);
    const outcome = agenda.take()?.(timeMs);
    for (const record of outcome?.records ?? []) underWay.add(record.arrivalTimeMs, record);
    for (const planned of outcome?.next ?? []) agenda.add(planned.timeMs, planned.appointment);
  }
  yield* arrivals(underWay, shop.endMs);
}

function* arrivals(underWay: ReturnType<typeof createTimeQueue<SimulatedRecord>>, beforeMs: number) {
  while (underWay.nextTimeMs() < beforeMs) {
    const record = underWay.take();
    if (record !== undefined) yield record;
  }
}

function openShop(config: SimulationConfig): Shop {
  const from = startMs(config);
  return {
    config,
    startMs: from,
    endMs: from + config.days * MS_PER_DAY,
    secondCurrency: config.currency === 'EUR' ? 'USD' : 'EUR',
  };
}
