import { MS_PER_DAY, MS_PER_HOUR } from '../lambdas/domain/time.ts';
import type { FaultRates } from './config.ts';
import type { Random } from './random.ts';
import { toWire } from './render-event.ts';
import type { Deed } from './session.ts';
import type { FaultKind, ShopEvent, SimulatedRecord } from './shop-event.ts';
import { type SpoilingFault, spoil } from './spoil.ts';
import type { Client } from './visitor.ts';

/** The lake's default limit: some late events are put exactly on it and just beyond. */
const LATENESS_LIMIT_MS = 3 * MS_PER_DAY;

const encoder = new TextEncoder();

export interface Sender {
  readonly client: Client;
  readonly random: Random;
  readonly rates: FaultRates;
}

/** How far the network holds back what follows: nothing, or a device that has gone offline. */
interface Outage {
  readonly fault: Extract<FaultKind, 'lateHours' | 'lateDays'>;
  readonly delayMs: number;
}

/**
 * Sends the deeds of one visit, in order, over a network with faults.
 *
 * @returns the records, each not before its deed; copies of one event never arrive in the same millisecond
 */
export function deliver(deeds: readonly Deed[], sender: Sender): SimulatedRecord[] {
  const records: SimulatedRecord[] = [];
  let outage: Outage | null = null;
  for (const deed of deeds) {
    outage ??= drawOutage(deed, sender);
    records.push(...deliverOne(deed, outage, sender));
  }
  return records;
}

function drawOutage(deed: Deed, { random, rates }: Sender): Outage | null {
  const goesForHours = random.chance(rates.lateHours);
  const goesForDays = random.chance(rates.lateDays);
  if (goesForDays) return { fault: 'lateDays', delayMs: delayOfDays(deed, random) };
  return goesForHours ? { fault: 'lateHours', delayMs: random.integer(MS_PER_HOUR, 20 * MS_PER_HOUR) } : null;
}

/** One to six days; in a fifth of the cases the first event lands on the limit or a millisecond beyond it. */
function delayOfDays({ event, happenedAtMs }: Deed, random: Random): number {
  const delayMs = random.integer(MS_PER_DAY, 6 * MS_PER_DAY);
  const draw = random.uniform();
  if (draw >= 0.2) return delayMs;
  const clockAheadMs = Math.floor(event.eventTimeUs / 1000) - happenedAtMs;
  return LATENESS_LIMIT_MS + clockAheadMs + (draw < 0.1 ? 0 : 1);
}

function deliverOne(deed: Deed, outage: Outage | null, sender: Sender): SimulatedRecord[] {
  const { event, happenedAtMs } = deed;
  const { random, rates, client } = sender;
  const networkMs = Math.ceil(random.logNormal(400, 0.8));
  const overtakenMs = random.chance(rates.outOfOrder) ? random.integer(5_000, 600_000) : 0;
  const faults: FaultKind[] = overtakenMs > 0 ? ['outOfOrder'] : [];
  if (outage !== null) faults.push(outage.fault);
  const arrivalTimeMs = happenedAtMs + (outage?.delayMs ?? networkMs + overtakenMs);
  const partitionKey = event.anonymousId ?? event.campaignId ?? '';
  const spoiling = drawSpoiling(sender);
  if (spoiling !== null) {
    const { data, reason } = spoil(spoiling, { event, client, random });
    return [
      {
        partitionKey,
        data,
        arrivalTimeMs,
        faults: [...faults, spoiling],
        content: { kind: 'refused', reason },
      },
    ];
  }
  const data = encode(event, client);
  const original: SimulatedRecord = {
    partitionKey,
    data,
    arrivalTimeMs,
    faults,
    content: { kind: 'event', event },
  };
  return [original, ...copiesOf(original, event, sender)];
}

function drawSpoiling({ random, rates }: Sender): SpoilingFault | null {
  let left = random.uniform();
  for (const fault of ['malformed', 'unknownType', 'unknownVersion', 'clockSkew'] as const) {
    left -= rates[fault];
    if (left < 0) return fault;
  }
  return null;
}

/** All further records that bear the event's id, each later than the one before. */
function copiesOf(original: SimulatedRecord, event: ShopEvent, sender: Sender): SimulatedRecord[] {
  const { random, rates, client } = sender;
  const copies: SimulatedRecord[] = [];
  let { arrivalTimeMs } = original;
  const copy = (fault: FaultKind, change: Partial<SimulatedRecord>) => {
    arrivalTimeMs += copyGapMs(random);
    copies.push({ ...original, arrivalTimeMs, faults: [fault], ...change });
  };
  if (random.chance(rates.duplicate)) {
    const count = random.chance(0.15) ? 2 : 1;
    for (let made = 0; made < count; made += 1) copy('duplicate', {});
  }
  if (random.chance(rates.resend)) {
    const resent = { ...event, sentTimeUs: event.eventTimeUs + random.integer(1_000, 60_000) * 1000 };
    copy('resend', { data: encode(resent, client), content: { kind: 'event', event: resent } });
  }
  if (random.chance(rates.upperCaseCopy)) {
    copy('upperCaseCopy', { data: encode({ ...event, eventId: event.eventId.toUpperCase() }, client) });
  }
  if (random.chance(rates.idConflict)) {
    const other = { ...event, pagePath: '/reused-id', userId: event.userId === null ? 'user-other' : null };
    copy('idConflict', { data: encode(other, client), content: { kind: 'event', event: other } });
  }
  return copies;
}

/** Within the batch, some minutes later, or up to a day later; at least a millisecond. Five copies outlive no claim. */
function copyGapMs(random: Random): number {
  const draw = random.uniform();
  if (draw < 0.5) return random.integer(1, 2_000);
  return draw < 0.8 ? random.integer(2_001, 600_000) : random.integer(600_001, MS_PER_DAY);
}

function encode(event: ShopEvent, client: Client): Uint8Array {
  return encoder.encode(JSON.stringify(toWire(event, client)));
}
