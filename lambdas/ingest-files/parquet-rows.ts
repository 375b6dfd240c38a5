import type { ParquetContent } from '../ports/input-file.ts';
import type { ReadRow } from './read-row.ts';

const MAGIC = 'PAR1';

export function isParquet(head: Buffer): boolean {
  return head.toString('latin1', 0, MAGIC.length) === MAGIC;
}

/** The rows of a Parquet file as cells. They have no lines: what stands for one is the place among the rows, from 1. */
export async function* readParquetRows(rows: ParquetContent['rows']): AsyncGenerator<readonly ReadRow[]> {
  let line = 0;
  for await (const group of rows) {
    yield group.map((cells) => {
      line += 1;
      return { kind: 'cells', line, cells: cells.map((cell) => cell ?? '') };
    });
  }
}
