import type { StoredLedgerRow } from '../../../lambdas/domain/ledger.ts';
import type { Copy, StagingTables } from './staging.ts';
import { sentBy } from './truth.ts';
import type { World } from './world.ts';

/** What landed and was staged in memory, as it takes to stage it once more and compare. */
export interface StagedObjects {
  readonly rows: readonly StoredLedgerRow[];
  /** Those that the rows name. */
  readonly objects: readonly (readonly [key: string, bytes: Uint8Array])[];
  /** What staging in memory made of it, a line for each row of a table. */
  readonly staging: readonly string[];
}

/** A finished history. */
export interface Sample extends StagedObjects {
  readonly sums: SampleSums;
}

export interface SampleSums {
  readonly received: number;
  readonly staged: number;
  readonly tooLate: number;
  readonly conflicts: number;
}

export function sampleOf(world: World): Sample {
  const { ledger, objects } = world.stores;
  const rows = [...ledger.rows.values()];
  const keys = new Set(rows.flatMap((row) => row.objects.map(({ key }) => key)));
  const { tables } = world.build;
  return {
    rows,
    objects: [...keys].map((key) => [key, objects.bytes.get(key) ?? new Uint8Array()]),
    staging: stagingLines(tables),
    sums: {
      received: landedEvents(world),
      staged: tables.staged.size,
      tooLate: tables.tooLate.size,
      conflicts: tables.conflicts.length,
    },
  };
}

/** Events of records that landed; one that was lost with its failure did not. */
function landedEvents(world: World): number {
  return [...world.shards.records()]
    .filter(({ hasLanded }) => hasLanded)
    .reduce((sum, accepted) => sum + sentBy(accepted).length, 0);
}

/** All rows of the staging tables as texts. */
export function stagingLines({ staged, tooLate, conflicts }: StagingTables): readonly string[] {
  return [
    ...[...staged.values()].map((copy) => stagingLine('stg_events', copy)),
    ...[...tooLate.values()].map((copy) => stagingLine('stg_late_events', copy)),
    ...conflicts.map((copy) => stagingLine('stg_id_conflicts', copy)),
  ];
}

/** A conflict has no content there. */
function stagingLine(
  table: string,
  { eventId, shardId, sequence, index, ledgerId, arrivalTimeMs, eventTimeMs, content }: Copy,
): string {
  const place = [table, eventId, shardId, sequence, index, ledgerId, arrivalTimeMs];
  const page = content.slice(content.indexOf(' ') + 1);
  return (table === 'stg_id_conflicts' ? place : [...place, eventTimeMs, page]).join(' ');
}
