import {
  type BatchOutcome,
  type ConsumeDependencies,
  type ConsumeSettings,
  consumeBatch,
} from '../../../lambdas/consume-events/consume-batch.ts';
import type { OrphanCopy } from '../../../lambdas/recover-events/reinstate-orphans.ts';
import { redriveFailures } from '../../../lambdas/redrive-failures/redrive-failures.ts';
import type { InvocationOutcome } from '../../../local/event-source-mapping/invocation-outcome.ts';
import type { MappingAction } from '../../../local/event-source-mapping/shard-mapping.ts';
import type { Choices } from './choices.ts';
import type { Composition } from './composition.ts';
import { SILENT, settingsOf } from './consumer.ts';
import { Effects, type Process } from './effects.ts';
import { StoreFailure } from './mishaps.ts';
import type { Plan } from './plan.ts';
import { failureOf, Poller, Positions } from './poller.ts';
import { type Ports, portsOf, type Stores } from './ports.ts';
import { reinstate, replay } from './recovery.ts';
import { START_MS } from './sendings.ts';
import { type AcceptedRecord, type Shard, Shards } from './shards.ts';
import { type Build, stage } from './stager.ts';
import { ObjectReader, stageCopies } from './staging.ts';
import { Ledger } from './stores.ts';
import { shardName, Watcher } from './watcher.ts';

/** Where failures and their marks lie. */
const FAILURES = { prefix: 'failures/', marks: 'redriven/' };
/** Less than this left, and the consumer begins nothing new. */
const MARGIN_MS = 1_000;

/** A process with an end: it answered, failed, died, or ran out of time while it goes on. */
export interface Running extends Process {
  deadlineMs: number;
  /** What whoever called it hears first; anything later reaches nobody. */
  end(outcome: InvocationOutcome): void;
}

/** Stores, stream and processes of one history, on one virtual clock. */
export class World {
  readonly shards: Shards;
  readonly stores: Stores;
  readonly positions = new Positions();
  readonly watcher: Watcher;
  readonly reader = new ObjectReader();
  readonly pollers: Poller[] = [];
  /** Processes that whoever called them still waits for. */
  readonly running = new Set<Running>();
  build: Build = { tables: stageCopies([], 0), rows: [] };
  nowMs = START_MS;
  /** The release of the consumer that runs. */
  release = 0;
  /** What happened how often, for the run's statistics. */
  readonly counts = {
    invocations: 0,
    discards: 0,
    redrives: 0,
    stagings: 0,
    mishaps: 0,
    deaths: 0,
    timeouts: 0,
    throttles: 0,
    lostFailures: 0,
  };
  readonly plan: Plan;
  readonly #composition: Composition;
  /** Failures by their keys, with the records that they hold. */
  readonly #discarded = new Map<string, readonly AcceptedRecord[]>();

  constructor(history: number, plan: Plan, choices: Choices, composition: Composition) {
    this.plan = plan;
    this.#composition = composition;
    this.shards = new Shards(history, plan.shards, this.nowMs);
    const objects = composition.newObjects();
    this.watcher = new Watcher(this.shards, objects);
    this.stores = {
      claims: composition.newClaims(),
      objects,
      ledger: new Ledger(),
      effects: new Effects(choices),
      watch: this.watcher,
    };
  }

  /** Failures without a mark. */
  get unredriven(): number {
    let count = 0;
    for (const key of this.#discarded.keys()) if (!this.stores.objects.bytes.has(markOf(key))) count += 1;
    return count;
  }

  /** Closed, and all of it is done. */
  isDrained(shard: Shard): boolean {
    const last = shard.accepted.at(-1);
    return (
      shard.isClosed &&
      (last === undefined || this.positions.of(shard.shardId) === last.record.sequenceNumber)
    );
  }

  /** Lets the poller do what is due: invoke the consumer, if it is not throttled, or give a batch up. */
  poll(poller: Poller, isThrottled: boolean): string {
    const action = poller.next(this.nowMs);
    if (action === null) return 'the poller finds nothing';
    const numbers = action.batch.records.map(({ sequenceNumber }) => sequenceNumber).join(' ');
    const told = `shard ${shardName(poller.shard.shardId)} ${action.kind}s ${numbers}`;
    if (action.kind === 'discard') this.#discard(poller, action);
    else if (isThrottled) {
      const outcome = { kind: 'not_invoked', error: new StoreFailure('throttled') } as const;
      poller.settleInvocation(action.id, outcome, this.nowMs);
      return `${told}, throttled`;
    } else this.#invoke(poller, action);
    return told;
  }

  #invoke(poller: Poller, action: MappingAction & { kind: 'invoke' }): void {
    this.counts.invocations += 1;
    const name = `consumer ${shardName(poller.shard.shardId)}`;
    const process = this.#start(name, this.plan.timeLimitMs, (outcome) => {
      if (poller.isGone) return;
      poller.settleInvocation(action.id, outcome, this.nowMs);
      this.storePosition(poller);
    });
    const budget = { remainingMs: () => process.deadlineMs - this.nowMs, marginMs: MARGIN_MS };
    const deps = this.#consumerPorts(process);
    this.#follow(process, consumeBatch(action.batch, deps, this.#settings, budget));
  }

  #discard(poller: Poller, action: MappingAction & { kind: 'discard' }): void {
    this.counts.discards += 1;
    const name = `mapping ${shardName(poller.shard.shardId)}`;
    const process = this.#start(name, Number.POSITIVE_INFINITY, (outcome) => {
      if (poller.isGone) return;
      poller.settleDiscard(action.id, outcome.kind === 'returned', this.nowMs);
      this.storePosition(poller);
    });
    const { key, body } = failureOf(action, this.nowMs);
    const sequences = new Set(action.batch.records.map(({ sequenceNumber }) => sequenceNumber));
    const given = poller.shard.accepted.filter(({ record }) => sequences.has(record.sequenceNumber));
    const apply = () => {
      this.stores.objects.putIfAbsent(key, body);
      this.#discarded.set(key, given);
      for (const accepted of given) {
        accepted.isDiscarded = true;
        accepted.isForgotten = false;
      }
    };
    const kept = this.stores.effects.of(process, { name: 'keeps a failure', apply });
    this.#follow(
      process,
      kept.then(() => NOTHING_LEFT),
    );
  }

  /** One run of the redrive. */
  redrive(): string {
    this.counts.redrives += 1;
    const process = this.#start('redrive', Number.POSITIVE_INFINITY, () => {});
    const ports = this.#consumerPorts(process);
    const deps = { ...ports, failures: { ...FAILURES, objects: ports.objects }, stream: NO_STREAM };
    const options = { settings: this.#settings, sinceMs: null, shardId: null, isDryRun: false };
    this.#follow(
      process,
      redriveFailures(deps, options).then(() => NOTHING_LEFT),
    );
    return 'redrive begins';
  }

  /** A failure that nobody has redriven is gone. */
  loseFailure(): string {
    for (const [key, records] of this.#discarded) {
      if (this.stores.objects.bytes.has(markOf(key))) continue;
      this.stores.objects.bytes.delete(key);
      this.#discarded.delete(key);
      this.counts.lostFailures += 1;
      for (const accepted of records) accepted.isForgotten = true;
      break;
    }
    return 'a failure is lost';
  }

  replay(): string {
    this.#recover('replay', (deps) => replay(deps, this.#settings));
    return 'replay begins';
  }

  reinstate(orphans: readonly OrphanCopy[]): string {
    this.#recover('reinstatement', (deps) => reinstate(orphans, deps, this.#settings));
    return 'reinstatement begins';
  }

  #recover(name: string, recover: (deps: ConsumeDependencies) => Promise<readonly string[]>): void {
    const process = this.#start(name, Number.POSITIVE_INFINITY, () => {});
    const work = recover(this.#consumerPorts(process)).then((problems) => {
      this.watcher.breaches.push(...problems);
      return NOTHING_LEFT;
    });
    this.#follow(process, work);
  }

  /** One run of staging. */
  stage(): string {
    this.counts.stagings += 1;
    const process = this.#start('stager', Number.POSITIVE_INFINITY, () => {});
    const world = {
      stores: this.stores,
      reader: this.reader,
      shards: this.shards.all,
      commit: (build: Build) => {
        this.build = build;
        this.watcher.committed(build.rows);
      },
      missing: (key: string) => this.watcher.breaches.push(`staging misses the object ${key}`),
    };
    const run = stage(world, this.#composition.stager, process, `run-${this.counts.stagings}`);
    this.#follow(
      process,
      run.then(() => NOTHING_LEFT),
    );
    return 'staging begins';
  }

  storePosition(poller: Poller): void {
    const { position } = poller;
    const { shardId } = poller.shard;
    if (position === null || !this.positions.advance(shardId, position)) return;
    this.watcher.positionMoves(shardId, position);
  }

  newPoller(shard: Shard): void {
    this.pollers.push(new Poller(shard, this.plan.mapping, this.positions));
  }

  get #settings(): ConsumeSettings {
    return settingsOf(this.plan, this.release);
  }

  #consumerPorts(process: Process) {
    const ports: Ports = this.#composition.ports(portsOf(this.stores, process), process, () => this.nowMs);
    return { ...ports, claims: this.plan.hasClaims ? ports.claims : null, telemetry: SILENT };
  }

  #start(name: string, timeLimitMs: number, settle: (outcome: InvocationOutcome) => void): Running {
    const process: Running = {
      name,
      pending: 0,
      isDead: false,
      heard: '',
      isExcused: false,
      deadlineMs: this.nowMs + timeLimitMs,
      onDeath: () => {
        this.counts.deaths += 1;
        process.end({ kind: 'failed', error: new StoreFailure('died') });
      },
      end: (outcome) => {
        if (this.running.delete(process)) settle(outcome);
      },
    };
    this.running.add(process);
    return process;
  }

  /** A process that fails although nothing happened to it that it may fail of breaks a promise. */
  #follow(process: Running, work: Promise<BatchOutcome>): void {
    work.then(
      (outcome) => process.end({ kind: 'returned', response: this.#composition.response(outcome) }),
      (error: unknown) => {
        if (!process.isExcused) this.watcher.breaches.push(`${process.name} fails of its own: ${error}`);
        process.end({ kind: 'failed', error });
      },
    );
  }
}

const NOTHING_LEFT: BatchOutcome = { row: null, isNew: false, firstUndone: null };

/** Failures here hold whole payloads. */
const NO_STREAM = {
  readRange(): never {
    throw new Error('nobody needs the stream to redrive a whole payload');
  },
};

function markOf(failure: string): string {
  return `${FAILURES.marks}${failure.slice(FAILURES.prefix.length)}.json`;
}
