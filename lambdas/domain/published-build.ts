import * as z from 'zod';
import { SEVERITIES } from './models/model.ts';

const count = z.number().int().nonnegative();

const file = z.object({
  /** Within the build's folder. */
  file: z.string(),
  /** Of the rows in it: `2026`, `2026-03`, `2026-03-w2` or `2026-03-05`; null: all of the table. */
  period: z.string().nullable(),
  rows: count,
  sizeBytes: count,
  sha256: z.string(),
  /** The same as long as no run has changed the rows of the period; null where that is not known. */
  version: z.string().nullable(),
});

const table = z.object({
  name: z.string(),
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  /** The same as long as no run has changed the table; null where that is not known. */
  version: z.string().nullable(),
  rows: count,
  sizeBytes: count,
  /** At least one, also of a table without rows. */
  files: z.array(file).min(1),
});

const build = z.object({
  product: z.literal('millpond'),
  /** Name of its folder. */
  build: z.string(),
  runId: z.string(),
  publishedAt: z.iso.datetime(),
  watermark: z.iso.datetime().nullable(),
  checks: z.array(z.object({ check: z.string(), severity: z.enum(SEVERITIES), badRows: count })),
});

const secondFormat = build.extend({ formatVersion: z.literal(2), tables: z.array(table) });

/** One file a table. */
const firstFormat = build
  .extend({
    formatVersion: z.literal(1),
    tables: z.array(table.omit({ files: true }).extend({ file: z.string(), sha256: z.string() })),
  })
  .transform(
    ({ tables, ...described }): PublishedBuild => ({
      ...described,
      formatVersion: 2,
      tables: tables.map(({ file, sha256, ...whole }) => ({
        ...whole,
        files: [
          {
            ...{ file, sha256, period: null },
            ...{ rows: whole.rows, sizeBytes: whole.sizeBytes, version: whole.version },
          },
        ],
      })),
    }),
  );

/**
 * What `build.json` says of one published build: all tables as one run left them. The digests let anyone tell whether
 * a file still is what was published. Builds of earlier versions are read too.
 */
export const publishedBuild: z.ZodType<PublishedBuild> = z.union([secondFormat, firstFormat]);

export type PublishedBuild = z.infer<typeof secondFormat>;
export type PublishedTable = PublishedBuild['tables'][number];
export type PublishedFile = PublishedTable['files'][number];

/** Whether rows of the one can stand beside rows of the other. */
export function hasSameColumns(
  left: Pick<PublishedTable, 'columns'>,
  right: Pick<PublishedTable, 'columns'>,
): boolean {
  return JSON.stringify(left.columns) === JSON.stringify(right.columns);
}

/** Of a table by its files. */
export function tableOf(
  described: Pick<PublishedTable, 'name' | 'columns' | 'version'>,
  files: readonly PublishedFile[],
): PublishedTable {
  return {
    ...{ name: described.name, version: described.version },
    columns: described.columns.map((column) => ({ ...column })),
    rows: files.reduce((sum, { rows }) => sum + rows, 0),
    sizeBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    files: [...files],
  };
}
