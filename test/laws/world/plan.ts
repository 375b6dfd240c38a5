import { type MappingSettings, UNLIMITED } from '../../../local/event-source-mapping/mapping-settings.ts';
import type { Choices } from './choices.ts';
import { ROUGH_WEATHER, WEATHERS } from './mishaps.ts';
import { type PlannedCall, planSendings } from './sendings.ts';

/** How often each rare occasion may come up in a history. */
export interface Budgets {
  readonly stagings: number;
  readonly redrives: number;
  readonly timeouts: number;
  readonly secondPollers: number;
  readonly pollerCrashes: number;
  readonly reshards: number;
  readonly forgottenClaims: number;
  readonly deployments: number;
  readonly replays: number;
  /** Failures that are gone before anybody redrives them. */
  readonly lostFailures: number;
}

/** All of a history that stands before it begins. */
export interface Plan {
  readonly shards: number;
  readonly calls: readonly PlannedCall[];
  readonly mapping: MappingSettings;
  /** Mode `owner`: each id is claimed. False: mode `ledger`. */
  readonly hasClaims: boolean;
  /** Of an invocation; what is beyond it comes again. */
  readonly maxBatchBytes: number;
  /** Whether some events fit only a contract that comes later, and are replayed then. */
  readonly isMended: boolean;
  /** Whether a claim or a failure may be lost, so that an id may have copies in duplicates alone and is reinstated. */
  readonly isReinstating: boolean;
  /** Whether objects are compressed as in life: other releases of the compressor give other bytes. */
  readonly isCompressing: boolean;
  /** An invocation's time. */
  readonly timeLimitMs: number;
  /** One effect in so many meets a mishap; 0: none. */
  readonly weather: number;
  /** Moves until the weather calms down for good. */
  readonly roughMoves: number;
  readonly budgets: Budgets;
}

export function planHistory(choices: Choices, fewestRecords?: number): Plan {
  const isMended = choices.onceIn(64);
  const losesFailures = choices.onceIn(64);
  const losesClaims = choices.onceIn(64);
  const calls = planSendings(choices, isMended, fewestRecords);
  // Recoveries read objects back, and know real compression only.
  const isReinstating = losesFailures || losesClaims;
  const isCompressing = isMended || isReinstating || choices.onceIn(24);
  return {
    calls,
    isCompressing,
    isMended,
    isReinstating,
    shards: 2 + choices.below(2),
    mapping: losesFailures ? { ...planMapping(choices), maximumRetryAttempts: 0 } : planMapping(choices),
    hasClaims: !choices.onceIn(4),
    // One to two records.
    maxBatchBytes: choices.onceIn(4) ? 500 : Number.POSITIVE_INFINITY,
    timeLimitMs: choices.pick([60_000, 20_000, 6_000]),
    weather: losesFailures ? ROUGH_WEATHER : choices.pick(WEATHERS),
    roughMoves: choices.pick([60, 30, 120]),
    budgets: {
      stagings: choices.below(3),
      redrives: losesFailures ? 0 : 1 + choices.below(2),
      timeouts: choices.below(3),
      secondPollers: choices.onceIn(4) ? 1 : 0,
      pollerCrashes: choices.below(3),
      reshards: choices.onceIn(4) ? 1 : 0,
      forgottenClaims: losesClaims ? 2 : 0,
      deployments: isCompressing ? 1 : 0,
      replays: isMended ? choices.below(2) : 0,
      lostFailures: losesFailures ? 3 : 0,
    },
  };
}

/** Batches are small, so that seven records make at least three of them. */
function planMapping(choices: Choices): MappingSettings {
  return {
    batchSize: choices.onceIn(3) ? 2 : 3,
    batchingWindowMs: 0,
    parallelizationFactor: 1,
    maximumRetryAttempts: choices.pick([UNLIMITED, UNLIMITED, 1, 0]),
    maximumRecordAgeMs: choices.onceIn(4) ? 60_000 : UNLIMITED,
    bisectBatchOnFunctionError: !choices.onceIn(3),
    reportBatchItemFailures: true,
  };
}
