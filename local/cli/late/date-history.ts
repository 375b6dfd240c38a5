import { dateLiteral, textLiteral } from '../../../lambdas/domain/models/literal.ts';
import type { SqlEngine } from '../../../lambdas/ports/sql-engine.ts';
import type { LateTable } from './changed-dates.ts';
import { difference } from './numbers.ts';

/** A run that recorded something, as the history names it. */
export interface RecordedRun {
  readonly run_id: string;
  readonly recorded_at: string;
  readonly reason: string;
}

export interface NumberChange {
  readonly measure: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly difference: string;
}

/** What one run changed. */
export interface RunChange extends RecordedRun {
  /** Whether the table had called the numbers final before. */
  readonly was_final: boolean;
  readonly numbers: readonly NumberChange[];
}

/** What became of the numbers of one date. Keys as `--json` shows them. */
export interface DateHistory {
  readonly table: string;
  readonly item: string;
  /** The first run after the date was over. */
  readonly published: RecordedRun;
  /** The first run that called it final; null while none has. */
  readonly final: RecordedRun | null;
  readonly numbers: readonly {
    readonly measure: string;
    readonly published: string | null;
    readonly final: string | null;
    readonly now: string | null;
  }[];
  readonly changes: readonly RunChange[];
}

interface HistoryRow extends RecordedRun {
  readonly table: string;
  readonly item: string;
  readonly measure: string;
  readonly value: string | null;
  readonly isFinal: boolean;
  readonly recordNumber: number;
}

/** The histories of a date: of sales and of each funnel and unit kind; empty where nothing was recorded. */
export async function readDateHistory(
  engine: Pick<SqlEngine, 'query'>,
  date: string,
  table: LateTable | null,
): Promise<readonly DateHistory[]> {
  const { rows } = await engine.query(`select
  subject, item, measure, run_id, cast(recorded_at as varchar), run_reason, value, is_final, record_number
from headline_history
where report_date = ${dateLiteral(date)} and ${table === null ? 'true' : `subject = ${textLiteral(table)}`}
order by record_number, subject, item, measure`);
  const read = rows.map(
    ([subject, item, measure, run, at, reason, value, isFinal, number]): HistoryRow => ({
      ...{ table: String(subject), item: String(item), measure: String(measure), run_id: String(run) },
      ...{ recorded_at: isoOf(String(at)), reason: String(reason), isFinal: isFinal === true },
      recordNumber: Number(number),
      value: value === null || value === undefined ? null : String(value),
    }),
  );
  const groups = [...Map.groupBy(read, (row) => JSON.stringify([row.table, row.item]))];
  return groups.sort(([left], [right]) => (left < right ? -1 : 1)).flatMap(([, group]) => historyOf(group));
}

function historyOf(rows: readonly HistoryRow[]): readonly DateHistory[] {
  const [first] = rows;
  if (first === undefined) return [];
  const byMeasure = [...Map.groupBy(rows, ({ measure }) => measure)];
  const final = rows.find(({ isFinal }) => isFinal);
  return [
    {
      ...{ table: first.table, item: first.item, published: runOf(first) },
      final: final === undefined ? null : runOf(final),
      numbers: byMeasure.map(([measure, series]) => ({
        measure,
        published: series[0]?.value ?? null,
        final: series.find(({ isFinal }) => isFinal)?.value ?? null,
        now: series.at(-1)?.value ?? null,
      })),
      changes: changesOf(byMeasure.map(([, series]) => series)),
    },
  ];
}

/** A row that only says that the number is final now is no change. */
function changesOf(series: readonly (readonly HistoryRow[])[]): readonly RunChange[] {
  const changes = series.flatMap((rows) =>
    rows.slice(1).flatMap((row, index) => {
      const before = rows[index];
      return before === undefined || before.value === row.value ? [] : [{ before, row }];
    }),
  );
  const byRun = [...Map.groupBy(changes, ({ row }) => row.run_id).values()];
  return byRun
    .sort((left, right) => placeOf(left) - placeOf(right))
    .flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const numbers = group.map(({ before, row }) => ({
        ...{ measure: row.measure, from: before.value, to: row.value },
        difference: difference(before.value, row.value),
      }));
      return [{ ...runOf(first.row), was_final: group.some(({ before }) => before.isFinal), numbers }];
    });
}

function placeOf(group: readonly { readonly row: HistoryRow }[]): number {
  return group[0]?.row.recordNumber ?? 0;
}

function runOf({ run_id, recorded_at, reason }: RecordedRun): RecordedRun {
  return { run_id, recorded_at, reason };
}

/** `2026-01-31 10:15:00` as the engine writes it. */
export function isoOf(time: string): string {
  return `${time.replace(' ', 'T').replace(/\.?0+$/, (zeros) => (zeros.startsWith('.') ? '' : zeros))}Z`;
}
