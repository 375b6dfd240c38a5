import * as z from 'zod';
import type { LedgerStore } from '../ports/ledger-store.ts';
import type { SqlEngine, StatementFence } from '../ports/sql-engine.ts';
import { LostLeaseError, STATE_NAMES } from './lake-state.ts';

/** Who works on the lake, and the statement that it started last. */
const noted = z.object({
  fence: z.number().int(),
  term: z.string(),
  mark: z.string().nullable(),
});

/** One spell of work under the lake's lease. */
export interface Term {
  /** Of the lease. */
  readonly fence: number;
  /** Parts the invocations that hold one lease after another, such as the tries of one run. */
  readonly term: string;
}

/** Each round is lost to a statement that the earlier holder began in between, and one holder begins few at once. */
const ROUNDS = 5;

/**
 * Makes sure that only this caller's statements change the tables from now on (promise 12). The note of who works is
 * replaced first: an earlier caller that wakes up notes its next statement by compare and set, is refused, and starts
 * nothing. Then the engine stops what was started before. A caller that crashed in between is taken over in the same
 * way. Does nothing where statements end with their process. Throws LostLeaseError when a later lease has come.
 */
export async function takeOverStatements(
  deps: { readonly engine: SqlEngine; readonly ledger: LedgerStore },
  term: Term,
): Promise<void> {
  if (deps.engine.takeOver === undefined) return;
  const raised = await raiseFence(deps.ledger, term);
  await deps.engine.takeOver(raised);
}

async function raiseFence(
  ledger: LedgerStore,
  term: Term,
): Promise<{ readonly lastMark: string | null; readonly fence: StatementFence }> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const stored = await ledger.readState(STATE_NAMES.statementFence);
    const before = stored === null ? null : noted.parse(JSON.parse(stored));
    if (before !== null && before.fence > term.fence) throw lostLease();
    const lastMark = before?.mark ?? null;
    // The mark stays until the engine has dealt with it: whoever comes after a crash in between must see it too.
    const value = JSON.stringify({ ...term, mark: lastMark });
    if (stored === value || (await ledger.writeState(STATE_NAMES.statementFence, stored, value))) {
      return { lastMark, fence: fenceOf(ledger, term, value) };
    }
  }
  throw lostLease();
}

function fenceOf(ledger: LedgerStore, term: Term, raised: string): StatementFence {
  let last = raised;
  return {
    begin: async (mark) => {
      const next = JSON.stringify({ ...term, mark });
      const isWritten = await ledger.writeState(STATE_NAMES.statementFence, last, next);
      // A client that sends a write again, since the first answer was lost, is refused by its own value.
      if (!isWritten && (await ledger.readState(STATE_NAMES.statementFence)) !== next) throw lostLease();
      last = next;
    },
  };
}

function lostLease(): LostLeaseError {
  return new LostLeaseError('another run has taken the lake over meanwhile; this run stops');
}
