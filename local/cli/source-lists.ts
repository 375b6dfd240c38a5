import { STORE_KINDS, type StoreKind } from '../../lambdas/domain/store/store-kind.ts';
import { lastTakenSlot, readAccepted, readFailures } from '../../lambdas/ingest-fakestore/kind-state.ts';
import type { LedgerStore } from '../../lambdas/ports/ledger-store.ts';
import { counted, formatCount } from './progress.ts';

/** The last good state of one list of a store API, as `--json` shows it. */
export interface SourceList {
  readonly kind: StoreKind;
  /** Null: none has been taken yet. */
  readonly entities: number | null;
  /** Since when it has been so. */
  readonly accepted_at: string | null;
  /** When the API last said the same. */
  readonly seen_at: string | null;
  /** Slots in a row that were refused or unavailable since. */
  readonly consecutive_failures: number;
}

export async function readSourceLists(ledger: LedgerStore): Promise<readonly SourceList[]> {
  return Promise.all(
    STORE_KINDS.map(async (kind) => {
      const accepted = await readAccepted(ledger, kind);
      return {
        kind,
        entities: accepted?.entities ?? null,
        accepted_at: accepted?.slot ?? null,
        seen_at: accepted === null ? null : lastTakenSlot(accepted),
        consecutive_failures: await readFailures(ledger, kind),
      };
    }),
  );
}

/** `  20 products as of ..., seen ...; 3 slots have failed since`. */
export function sourceListText({ kind, entities, ...list }: SourceList): string {
  const failures = list.consecutive_failures;
  const failed = failures === 0 ? '' : `; ${counted(failures, 'slot')} failed since`;
  if (entities === null) return `  no ${kind} yet${failed}`;
  const seen = list.seen_at === list.accepted_at ? '' : `, the same at ${list.seen_at}`;
  return `  ${formatCount(entities)} ${kind} as of ${list.accepted_at}${seen}${failed}`;
}
