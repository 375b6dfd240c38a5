import type { Checkpoint, LedgerRow } from '../../../lambdas/domain/ledger.ts';
import type { ClaimAnswer, ClaimRequest, ClaimStore } from '../../../lambdas/ports/claim-store.ts';
import type { LedgerStore } from '../../../lambdas/ports/ledger-store.ts';
import type { ObjectStore } from '../../../lambdas/ports/object-store.ts';
import type { Effects, Process } from './effects.ts';
import type { Claims, Ledger, Objects } from './stores.ts';

/** The outside world as one process sees it: each call is an effect that the scheduler lets take place. */
export interface Ports {
  readonly objects: ObjectStore;
  readonly claims: ClaimStore;
  readonly ledger: LedgerStore;
}

/** What the world watches while effects take place. */
export interface Watch {
  /** `heard`: the claim store's answers to whoever appends it. */
  rowAppended(row: LedgerRow, heard: string): void;
  checkpointMoves(checkpoint: Checkpoint): void;
  stateMoves(name: string, value: string): void;
}

export interface Stores {
  readonly claims: Claims;
  readonly objects: Objects;
  readonly ledger: Ledger;
  readonly effects: Effects;
  readonly watch: Watch;
}

export function portsOf(stores: Stores, process: Process): Ports {
  return {
    objects: objectsOf(stores, process),
    claims: claimsOf(stores, process),
    ledger: ledgerOf(stores, process),
  };
}

function objectsOf({ objects, effects }: Stores, process: Process): ObjectStore {
  return {
    putIfAbsent: (key, body) =>
      effects.of(process, { name: 'puts an object', apply: () => objects.putIfAbsent(key, body) }),
    get: (key) =>
      effects.of(process, { name: 'reads an object', apply: () => objects.bytes.get(key) ?? null }),
    async *list(prefix) {
      yield* await effects.of(process, { name: 'lists objects', apply: () => objects.keys(prefix) });
    },
    locationOf: (key) => key,
  };
}

/** A throttled store answers some statements; a process may die when only some of them have taken place. */
function claimsOf({ claims, effects }: Stores, process: Process): ClaimStore {
  return {
    async claim(requests) {
      const answers = await effects.of(process, {
        name: 'claims',
        apply: () => requests.map((request) => claims.answer(request)),
        whenRefused: () => requests.map((request, place) => refuseSome(claims, request, place)),
        applyPart(choices) {
          const first = choices.below(requests.length + 1);
          for (const request of requests.slice(0, first)) claims.answer(request);
        },
      });
      for (const answer of answers)
        process.heard += answer.kind === 'held' ? ` ${answer.owner}` : ` ${answer.kind}`;
      return answers;
    },
  };
}

function refuseSome(claims: Claims, request: ClaimRequest, place: number): ClaimAnswer {
  return place % 3 === 2 ? claims.answer(request) : { kind: 'unavailable', detail: 'throttled' };
}

function refuse(): never {
  throw new Error('no process of this world keeps records of runs');
}

const RUN_RECORDS = { putRun: refuse, runs: refuse, keepRuns: refuse };

function ledgerOf({ ledger, effects, watch }: Stores, process: Process): LedgerStore {
  return {
    ...RUN_RECORDS,
    append: (row) =>
      effects.of(process, {
        name: 'appends its row',
        apply() {
          watch.rowAppended(row, process.heard);
          return ledger.append(row);
        },
      }),
    rows: (filter = {}) =>
      effects.of(process, {
        name: 'reads the ledger',
        apply: () =>
          ledger
            .ascending()
            .filter((row) => filter.source === undefined || row.source === filter.source)
            .filter((row) => filter.unstagedOnly !== true || row.stagedBy === null),
      }),
    markStaged: (ledgerIds, runId) =>
      effects.of(process, {
        name: 'marks rows as staged',
        apply: () => ledger.markStaged(ledgerIds, runId),
      }),
    advanceCheckpoint: (checkpoint) =>
      effects.of(process, {
        name: 'moves the checkpoint',
        apply() {
          watch.checkpointMoves(checkpoint);
          ledger.advanceCheckpoint(checkpoint);
        },
      }),
    checkpoints: () =>
      effects.of(process, { name: 'reads checkpoints', apply: () => [...ledger.checkpoints.values()] }),
    setAside: async (note) => {
      ledger.setAsides.set(note.objectKey, note);
    },
    setAsides: async () => [...ledger.setAsides.values()],
    readState: (name) =>
      effects.of(process, { name: `reads ${name}`, apply: () => ledger.states.get(name) ?? null }),
    writeState: (name, expected, value) =>
      effects.of(process, {
        name: `writes ${name}`,
        apply() {
          const isWritten = ledger.writeState(name, expected, value);
          if (isWritten) watch.stateMoves(name, value);
          return isWritten;
        },
      }),
  };
}
