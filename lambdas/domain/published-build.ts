import * as z from 'zod';
import { SEVERITIES } from './models/model.ts';

const count = z.number().int().nonnegative();

/**
 * What `build.json` says of one published build: all tables as one run left them. The digests let anyone tell whether
 * a file still is what was published.
 */
export const publishedBuild = z.object({
  product: z.literal('millpond'),
  formatVersion: z.literal(1),
  /** Name of its folder. */
  build: z.string(),
  runId: z.string(),
  publishedAt: z.iso.datetime(),
  watermark: z.iso.datetime().nullable(),
  tables: z.array(
    z.object({
      name: z.string(),
      /** Within the build's folder. */
      file: z.string(),
      columns: z.array(z.object({ name: z.string(), type: z.string() })),
      rows: count,
      sizeBytes: count,
      sha256: z.string(),
      /** The last run that changed the table; null where that is not known. */
      version: z.string().nullable(),
    }),
  ),
  checks: z.array(z.object({ check: z.string(), severity: z.enum(SEVERITIES), badRows: count })),
});

export type PublishedBuild = z.infer<typeof publishedBuild>;
export type PublishedTable = PublishedBuild['tables'][number];

/** A file of the last build holds the table still: no run has changed it since, and its columns are the same. */
export function isUnchanged(
  table: Pick<PublishedTable, 'version' | 'columns'>,
  published: Pick<PublishedTable, 'version' | 'columns'>,
): boolean {
  return (
    table.version !== null &&
    table.version === published.version &&
    JSON.stringify(table.columns) === JSON.stringify(published.columns)
  );
}
