import type { StreamRecord } from '../../../lambdas/ports/stream.ts';
import type { InvocationOutcome } from '../../../local/event-source-mapping/invocation-outcome.ts';
import {
  type MappingSettings,
  mappingSettings,
  UNLIMITED,
} from '../../../local/event-source-mapping/mapping-settings.ts';
import type { MappingAction, ShardMapping } from '../../../local/event-source-mapping/shard-mapping.ts';
import { failedAt, mappingOf, OK, record, THROTTLED, THROWN } from './shard-mapping-driver.ts';

/** What happens to the next action that ends; `place` picks among those in hand, and within the batch. */
export interface Happening {
  readonly kind:
    | 'ok'
    | 'throw'
    | 'partial'
    | 'misspelt'
    | 'throttle'
    | 'late'
    | 'not kept'
    | 'crash'
    | 'rebalance';
  readonly place: number;
}

export interface History {
  readonly keys: readonly number[];
  readonly settings: Partial<MappingSettings>;
  readonly happenings: readonly Happening[];
  /** How many records each reading gives at most. */
  readonly reading: number;
  readonly stepMs: number;
}

/** One poller with what a driver would know of it. */
interface Poller {
  readonly mapping: ShardMapping;
  readonly inHand: MappingAction[];
  /** Ids that it gave and that have ended. */
  readonly ended: number[];
  /** Done in this poller's life, or before its beginning. */
  readonly done: Set<string>;
}

/** Plays a history, then lets everything succeed. Notes each breach of a promise as it happens. */
export class MappingWorld {
  readonly succeeded = new Set<string>();
  readonly discarded = new Set<string>();
  readonly breaches: string[] = [];
  readonly #shard: readonly StreamRecord[];
  readonly #settings: MappingSettings;
  readonly #history: History;
  #stored: string | null = null;
  #nowMs = 0;

  constructor(given: History) {
    this.#history = given;
    this.#settings = mappingSettings(given.settings);
    this.#shard = given.keys.map((key, index) =>
      record(index + 1, { partitionKey: `key-${key}`, arrivalTimeMs: index * 100 }),
    );
  }

  play(): void {
    let pollers = [this.#begin()];
    for (const one of this.#history.happenings) {
      if (one.kind === 'crash') pollers = [this.#begin()];
      else if (one.kind === 'rebalance') pollers = [...pollers.slice(-1), this.#begin()];
      else for (const poller of pollers) this.#step(poller, one);
    }
    for (const poller of pollers) this.#finish(poller);
  }

  get records(): readonly string[] {
    return this.#shard.map(({ sequenceNumber }) => sequenceNumber);
  }

  get stored(): string | null {
    return this.#stored;
  }

  #begin(): Poller {
    const mapping = mappingOf(this.#settings, this.#stored);
    return {
      mapping,
      inHand: [],
      ended: [],
      done: new Set(this.records.slice(0, Number(this.#stored ?? 0))),
    };
  }

  #step(poller: Poller, one: Happening): void {
    this.#nowMs += this.#history.stepMs;
    this.#read(poller);
    this.#start(poller);
    const [action] = poller.inHand.splice(one.place % Math.max(1, poller.inHand.length), 1);
    if (action === undefined) this.#nowMs = Math.max(this.#nowMs, poller.mapping.dueMs() ?? 0);
    else this.#end(poller, action, one);
  }

  #finish(poller: Poller): void {
    for (let turn = 0; ; turn += 1) {
      this.#step(poller, { kind: 'ok', place: 0 });
      if (poller.mapping.isIdle && poller.mapping.lastTaken === this.records.at(-1)) return;
      if (turn > 500) {
        this.breaches.push('it does not come to an end');
        return;
      }
    }
  }

  #read({ mapping }: Poller): void {
    const from = Number(mapping.lastTaken ?? 0);
    const room = Math.min(mapping.room(), this.#history.reading);
    mapping.take(this.#shard.slice(from, from + room), this.#nowMs);
    if (from + room >= this.#shard.length) mapping.flush();
  }

  #start(poller: Poller): void {
    for (const action of poller.mapping.actions(this.#nowMs)) {
      this.#judge(poller, action);
      poller.inHand.push(action);
    }
  }

  #judge({ inHand, done }: Poller, action: MappingAction): void {
    const { records } = action.batch;
    const { batchSize, parallelizationFactor, maximumRetryAttempts, maximumRecordAgeMs } = this.#settings;
    if (records.length === 0 || records.length > batchSize)
      this.breaches.push(`a batch of ${records.length}`);
    if (inHand.length >= parallelizationFactor) this.breaches.push('too many at once');
    const busy = new Set(inHand.flatMap(({ batch }) => batch.records.map((one) => one.partitionKey)));
    const before = new Set<string>();
    for (const one of records) {
      if (busy.has(one.partitionKey)) this.breaches.push(`two batches hold ${one.partitionKey}`);
      if (done.has(one.sequenceNumber))
        this.breaches.push(`${one.sequenceNumber} comes again though it is done`);
      for (const earlier of this.#shard.slice(0, Number(one.sequenceNumber) - 1)) {
        if (earlier.partitionKey !== one.partitionKey) continue;
        if (!done.has(earlier.sequenceNumber) && !before.has(earlier.sequenceNumber))
          this.breaches.push(`${one.sequenceNumber} overtakes ${earlier.sequenceNumber}`);
      }
      before.add(one.sequenceNumber);
      const isOld = maximumRecordAgeMs !== UNLIMITED && this.#nowMs - one.arrivalTimeMs > maximumRecordAgeMs;
      if (action.kind === 'invoke' && isOld)
        this.breaches.push(`${one.sequenceNumber} is too old to be given`);
      if (action.kind === 'discard' && !isOld && maximumRetryAttempts === UNLIMITED)
        this.breaches.push(`${one.sequenceNumber} is given up without a limit`);
    }
  }

  #end(poller: Poller, action: MappingAction, { kind, place }: Happening): void {
    const { mapping } = poller;
    const records = action.batch.records.map(({ sequenceNumber }) => sequenceNumber);
    if (kind === 'late') this.#answerAgain(poller, place);
    if (action.kind === 'discard') {
      const isKept = kind !== 'not kept';
      mapping.settleDiscard(action.id, isKept, this.#nowMs);
      if (isKept) this.#note(poller, records, this.discarded);
    } else {
      const outcome = outcomeOf(kind, records[place % records.length] ?? '');
      const { succeeded } = mapping.settleInvocation(action.id, outcome, this.#nowMs);
      this.#note(
        poller,
        succeeded.map(({ sequenceNumber }) => sequenceNumber),
        this.succeeded,
      );
    }
    poller.ended.push(action.id);
    this.#store(mapping.position);
  }

  /** An action that ended long ago answers once more. */
  #answerAgain({ mapping, ended }: Poller, place: number): void {
    const id = ended[place % Math.max(1, ended.length)];
    if (id === undefined) return;
    const before = mapping.position;
    const isHeard = mapping.settleInvocation(id, OK, this.#nowMs).next !== 'stale';
    if (isHeard || mapping.position !== before) this.breaches.push(`a late answer of ${id} moves something`);
  }

  #note({ done }: Poller, records: readonly string[], where: Set<string>): void {
    for (const sequence of records) {
      where.add(sequence);
      done.add(sequence);
    }
  }

  /** As the stream keeps it: forward only. */
  #store(position: string | null): void {
    if (position === null || Number(position) <= Number(this.#stored ?? 0)) return;
    this.#stored = position;
    for (const sequence of this.records.slice(0, Number(position))) {
      if (!this.succeeded.has(sequence) && !this.discarded.has(sequence))
        this.breaches.push(`the position ${position} passes ${sequence}`);
    }
  }
}

export function outcomeOf(kind: Happening['kind'], sequence: string): InvocationOutcome {
  if (kind === 'throw') return THROWN;
  if (kind === 'throttle') return THROTTLED;
  if (kind === 'partial') return failedAt(sequence);
  return kind === 'misspelt' ? failedAt('no such record') : OK;
}
