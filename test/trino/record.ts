import { hash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Model, ModelLibrary } from '../../lambdas/domain/models/model.ts';
import { slicedBody } from '../../lambdas/domain/models/render-slice.ts';

/**
 * What Trino has judged: the SQL of each model and check, and the rows that it gave to each table. `npm test` knows no
 * Trino, but fails when SQL is no longer that of the record, so nobody changes SQL without asking the referee.
 */
export interface RefereeRecord {
  /** Digest of the text that Trino runs, by model or check. */
  readonly sql: Readonly<Record<string, string>>;
  /** Digest of the rows, by table. */
  readonly rows: Readonly<Record<string, string>>;
}

const FILE = join(import.meta.dirname, 'referee.json');
const DIGESTS = z.record(z.string(), z.string());
const RECORD = z.object({ sql: DIGESTS, rows: DIGESTS });

export function readRecord(): RefereeRecord {
  return RECORD.parse(JSON.parse(readFileSync(FILE, 'utf8')));
}

export function writeRecord(record: RefereeRecord): void {
  const sorted = { sql: sortedByName(record.sql), rows: sortedByName(record.rows) };
  writeFileSync(FILE, `${JSON.stringify(sorted, null, 2)}\n`);
}

/** Digests of all SQL that the runner sends as it stands in the models' files. */
export function sqlDigests({ models, checks }: ModelLibrary): Readonly<Record<string, string>> {
  const texts = [
    ...models.map((model) => [model.name, textOf(model)] as const),
    ...checks.map((check) => [`check ${check.name}`, slicedText(check)] as const),
  ];
  return Object.fromEntries(texts.flatMap(([name, text]) => (text === null ? [] : [[name, digestOf(text)]])));
}

/** Without its columns' meanings: only what decides what the engine does. Null for a source that is no SELECT. */
function textOf(model: Model): string | null {
  if (model.kind === 'source') return model.bodies?.trino ?? null;
  const columns = model.columns.map(({ name, type }) => `${name} ${type}`).join(', ');
  const slice = model.kind === 'table' ? `\n${JSON.stringify(model.slice)}` : '';
  return `${columns}${slice}\n${slicedText(model)}`;
}

/** The SELECT with its inputs restricted, as an incremental run sends it but for the dates. */
function slicedText(model: Parameters<typeof slicedBody>[0]): string {
  return slicedBody(model, ({ within }) => (within === null ? null : { column: within, ranges: [] }));
}

export function digestOf(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 16);
}

function sortedByName(digests: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(digests).sort(([left], [right]) => (left < right ? -1 : 1)));
}
