import { readableKey, type SetAside } from '../../../lambdas/domain/set-aside.ts';
import type { RunRecord } from '../../../lambdas/run-lake/run-record.ts';
import { notesByKey } from '../../../lambdas/run-lake/verify-objects.ts';
import { counted, formatCount } from '../progress.ts';
import type { Gap } from './gaps.ts';

/** What waits for somebody to bring it back, as `--json` shows it. */
export interface Troubles {
  readonly gaps: readonly Gap[];
  /** Objects that are missing or broken, and have no replacement. */
  readonly set_aside: readonly { readonly object_key: string; readonly detail: string }[];
  /** As of the last run. */
  readonly id_conflicts: number;
  readonly orphan_claims: number;
  readonly quarantine: RunRecord['quarantine'];
}

export function troublesOf(
  run: RunRecord | null,
  notes: readonly SetAside[],
  gaps: readonly Gap[],
): Troubles {
  const byKey = notesByKey(notes);
  const aside = notes.filter(({ objectKey }) => readableKey(objectKey, byKey) === null);
  return {
    gaps,
    set_aside: aside.map(({ objectKey, detail }) => ({ object_key: objectKey, detail })),
    id_conflicts: run?.reconciliation?.conflicts ?? 0,
    orphan_claims: run?.checks.find(({ check }) => check === 'orphaned_duplicates')?.badRows ?? 0,
    quarantine: run?.quarantine ?? [],
  };
}

/** A line for each kind of trouble that there is: its label, and what to do. */
export function troubleLines(troubles: Troubles): readonly (readonly [string, string])[] {
  const { gaps, set_aside: aside, id_conflicts: conflicts, orphan_claims: orphans } = troubles;
  const [first] = aside;
  const lines: (readonly [string, string])[] = [];
  if (gaps.length > 0)
    lines.push([
      'Given up',
      `${counted(gaps.length, 'batch', 'batches')} that failed too often: \`redrive\``,
    ]);
  if (first !== undefined) {
    const others = aside.length === 1 ? '' : ` and ${counted(aside.length - 1, 'other')}`;
    lines.push([
      'Set aside',
      `${first.object_key}${others}: \`rebuild-object\` while the stream keeps its records`,
    ]);
  }
  if (conflicts > 0) {
    const copies = counted(conflicts, 'copy', 'copies');
    lines.push(['Conflicts', `${copies} of an event_id with other content, kept in stg_id_conflicts`]);
  }
  if (orphans > 0) {
    lines.push([
      'Orphaned',
      `${counted(orphans, 'event')} whose claim holder never landed: \`reinstate\` brings ${orphans === 1 ? 'it' : 'them'} back`,
    ]);
  }
  return lines;
}

/** `clock_skew 8 (4 replayed)`, of each reason that the ledger counts. */
export function reasonTexts(
  reasons: Readonly<Record<string, number>>,
  quarantine: Troubles['quarantine'],
): readonly string[] {
  const replayed = new Map(quarantine.map((report) => [report.reason, report.replayed]));
  return Object.entries(reasons).map(([reason, count]) => {
    const back = replayed.get(reason) ?? 0;
    return `${reason} ${formatCount(count)}${back === 0 ? '' : ` (${formatCount(back)} replayed)`}`;
  });
}
