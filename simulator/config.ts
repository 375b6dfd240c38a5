import type { FaultKind } from './shop-event.ts';

/** Share of events, 0..1, that meet each fault. */
export type FaultRates = Readonly<Record<FaultKind, number>>;

/**
 * Defaults of the demo: high enough that each fault shows among some 40,000 events, low enough that the numbers still
 * look like a shop's. They are our choice; no published figure stands behind them.
 *
 * - `duplicate`: the same bytes once or twice more, within the batch or hours later
 * - `resend`: the producer lost the answer and sends the same event again, with another `sent_time`
 * - `upperCaseCopy`: one more copy, its event_id in upper case
 * - `idConflict`: another event under an id already used
 * - `outOfOrder`: delayed by seconds to minutes, so that later events overtake it
 * - `lateHours`, `lateDays`: the device goes offline at this event; it and the rest of its session arrive
 *   1 to 20 hours, or 1 to 6 days later (3 days is the lake's limit; some land exactly on it)
 * - `malformed`, `unknownType`, `unknownVersion`, `clockSkew`: the record is spoilt and must be quarantined
 */
export const DEFAULT_FAULT_RATES: FaultRates = {
  duplicate: 0.01,
  resend: 0.005,
  upperCaseCopy: 0.001,
  idConflict: 0.001,
  outOfOrder: 0.02,
  lateHours: 0.002,
  lateDays: 0.001,
  malformed: 0.003,
  unknownType: 0.001,
  unknownVersion: 0.001,
  clockSkew: 0.001,
};

export const NO_FAULTS: FaultRates = {
  duplicate: 0,
  resend: 0,
  upperCaseCopy: 0,
  idConflict: 0,
  outOfOrder: 0,
  lateHours: 0,
  lateDays: 0,
  malformed: 0,
  unknownType: 0,
  unknownVersion: 0,
  clockSkew: 0,
};

export interface SimulationConfig {
  /** Any integer; one seed, config and start give one sequence of bytes. */
  readonly seed: number;
  /** People who come to the shop at least once. Ignored when `events` is set. */
  readonly visitors: number;
  /** Length of the simulated time; what has not arrived at its end is not sent. */
  readonly days: number;
  /** First day, `YYYY-MM-DD`, from 00:00 UTC. */
  readonly start: string;
  /** ISO 4217; a few orders are in a second one. */
  readonly currency: string;
  /** Aim at about this many records, and find the number of visitors that makes them. */
  readonly events?: number;
  readonly faults: FaultRates;
}

export const DEFAULT_CONFIG: SimulationConfig = {
  seed: 1,
  visitors: 1500,
  days: 30,
  start: '2026-10-17',
  currency: 'USD',
  faults: DEFAULT_FAULT_RATES,
};

/** The defaults with what was given in their place; fault rates one by one. */
export function configWith(
  given: Partial<Omit<SimulationConfig, 'faults'>> & { readonly faults?: Partial<FaultRates> },
): SimulationConfig {
  return { ...DEFAULT_CONFIG, ...given, faults: { ...DEFAULT_FAULT_RATES, ...given.faults } };
}

/** Refuses a config that cannot be simulated. @throws RangeError that says what is wrong and what is allowed. */
export function assertSimulable(config: SimulationConfig): void {
  requireThat(Number.isSafeInteger(config.seed), 'seed', config.seed, 'a whole number');
  requireThat(isCount(config.visitors, 10_000_000), 'visitors', config.visitors, '1 to 10,000,000');
  requireThat(isCount(config.days, 3_650), 'days', config.days, '1 to 3,650');
  requireThat(!Number.isNaN(startMs(config)), 'start', config.start, 'a date, YYYY-MM-DD');
  requireThat(/^[A-Z]{3}$/.test(config.currency), 'currency', config.currency, 'three capital letters');
  if (config.events !== undefined) {
    requireThat(isCount(config.events, 1_000_000_000), 'events', config.events, '1 to 1,000,000,000');
  }
  for (const [kind, rate] of Object.entries(config.faults)) {
    requireThat(rate >= 0 && rate <= 1, `rate of ${kind}`, rate, '0 to 1');
  }
}

/** Start of the simulated time, epoch milliseconds; NaN when the date does not exist. */
export function startMs(config: SimulationConfig): number {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(config.start)) return Number.NaN;
  const timeMs = Date.parse(`${config.start}T00:00:00Z`);
  const exists = !Number.isNaN(timeMs) && new Date(timeMs).toISOString().startsWith(config.start);
  return exists ? timeMs : Number.NaN;
}

function isCount(value: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= 1 && value <= most;
}

function requireThat(holds: boolean, name: string, value: unknown, allowed: string): void {
  if (!holds) throw new RangeError(`The simulation's ${name} is ${String(value)}; allowed is ${allowed}.`);
}
