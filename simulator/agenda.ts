import type { SimulationConfig } from './config.ts';
import type { SimulatedRecord } from './shop-event.ts';

/** The simulated time and what holds for everybody in it. */
export interface Shop {
  readonly config: SimulationConfig;
  readonly startMs: number;
  readonly endMs: number;
  readonly secondCurrency: string;
}

/** Something that somebody will do at a time: a visit, a refund, a report. No record of it arrives before that time. */
export type Appointment = (timeMs: number) => Outcome;

export interface Outcome {
  readonly records: readonly SimulatedRecord[];
  /** What follows from it, each later than itself. */
  readonly next: readonly Planned[];
}

export interface Planned {
  readonly timeMs: number;
  readonly appointment: Appointment;
}
