import { rowBreach } from '../domain/datasets/cell-rules.ts';
import type { Dataset } from '../domain/datasets/dataset.ts';
import { type HeaderMatch, matchHeader } from '../domain/datasets/header.ts';
import { eventText, extraOf, rowText, valuesOf } from '../domain/datasets/row-text.ts';
import { isJsonObject, type JsonObject } from '../domain/events/check-event.ts';
import {
  type AcceptedEvent,
  type CheckedEvent,
  checkLine,
  MAX_DEPTH,
} from '../domain/events/check-record.ts';
import { findDuplicateKey } from '../domain/events/json-source.ts';
import { isDeeperThan } from '../domain/events/json-text.ts';
import { csvText } from './csv-rows.ts';
import { decodeUtf8 } from './file-encoding.ts';
import type { ReadRow, RowBreach } from './read-row.ts';
import type { Separator } from './separators.ts';

/** A row that lands: the rest of its line after the coordinates. */
export type AcceptedRow =
  | { readonly kind: 'event'; readonly event: AcceptedEvent }
  | { readonly kind: 'row'; readonly text: string };

export type JudgedRow =
  | AcceptedRow
  | { readonly kind: 'bad'; readonly breach: RowBreach; readonly body: Uint8Array };

/** What is known of a file before its rows are read. */
export interface RowContext {
  readonly dataset: Dataset;
  /** Of CSV; null for NDJSON, whose lines name their fields themselves. */
  readonly csv: { readonly match: HeaderMatch; readonly separator: Separator } | null;
  /** When the file counts as having arrived. */
  readonly slotMs: number;
}

/** No shop's clock has been that wrong for good: an older event is a broken time. */
const EARLIEST_EVENT_MS = Date.UTC(1995, 0, 1);

/** Judges one row by the rules of its dataset. Pure; never throws, whatever the row holds. */
export function judgeRow(row: ReadRow, context: RowContext): JudgedRow {
  if (row.kind === 'bad') return row;
  if (context.dataset.rules === 'event') return judgeEvent(row, context);
  return row.kind === 'cells' ? judgeCells(row.cells, context) : judgeJson(row.bytes, context);
}

type WholeRow = Exclude<ReadRow, { kind: 'bad' }>;

function judgeEvent(row: WholeRow, context: RowContext): JudgedRow {
  const bytes = row.kind === 'json' ? row.bytes : Buffer.from(eventOf(row.cells, context));
  const checked: CheckedEvent = checkLine(bytes, context.slotMs, context.slotMs - EARLIEST_EVENT_MS);
  if (checked.kind === 'accepted') return { kind: 'event', event: checked };
  const { reason, detail } = checked;
  const body = row.kind === 'json' ? row.bytes : cellBytes(row.cells, context);
  return { kind: 'bad', breach: { reason, detail }, body };
}

function eventOf(cells: readonly string[], { dataset, csv }: RowContext): string {
  const match = csv?.match ?? matchHeader([], dataset);
  return eventText(dataset, valuesOf(match, cells), extraOf(match.extra, cells));
}

function judgeCells(cells: readonly string[], context: RowContext): JudgedRow {
  const { dataset, csv } = context;
  const match = csv?.match ?? matchHeader([], dataset);
  const values = valuesOf(match, cells);
  const breach = rowBreach(dataset, values);
  if (breach !== null) return { kind: 'bad', breach, body: cellBytes(cells, context) };
  return { kind: 'row', text: rowText(dataset, values, extraOf(match.extra, cells)) };
}

function cellBytes(cells: readonly string[], { csv }: RowContext): Uint8Array {
  return Buffer.from(csvText(cells, csv?.separator ?? ','));
}

function judgeJson(bytes: Uint8Array, { dataset }: RowContext): JudgedRow {
  const bad = (reason: RowBreach['reason'], detail: string): JudgedRow => ({
    kind: 'bad',
    breach: { reason, detail },
    body: bytes,
  });
  const text = decodeUtf8(bytes);
  if (text === null) return bad('not_utf8', 'the bytes are not UTF-8');
  if (isDeeperThan(MAX_DEPTH, text)) return bad('too_deep', `nests deeper than ${MAX_DEPTH} levels`);
  const value = parsed(text);
  if (value === undefined) return bad('not_json', 'the line is not JSON');
  if (!isJsonObject(value)) return bad('not_an_object', 'a row is one JSON object');
  if (findDuplicateKey(text) !== null) return bad('duplicate_key', 'two fields have the same name');
  const values: (string | null)[] = [];
  for (const { name } of dataset.columns) {
    const cell = cellOf(value[name]);
    if (cell === undefined) return bad('invalid_field', `${name} must be a string or a number`);
    values.push(cell);
  }
  const breach = rowBreach(dataset, values);
  if (breach !== null) return bad(breach.reason, breach.detail);
  return { kind: 'row', text: rowText(dataset, values, unknownOf(value, dataset)) };
}

/** Undefined for what is no JSON at all. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A field as the text of a cell; undefined for what no cell can hold. */
function cellOf(value: unknown): string | null | undefined {
  if (value === undefined || value === null || value === '') return null;
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

/** Fields that the dataset does not know; they lie inside `_extra`, where no name can forge a column. */
function unknownOf(value: JsonObject, dataset: Dataset): Readonly<Record<string, unknown>> | null {
  const known = new Set(dataset.columns.map((column) => column.name));
  const unknown = Object.entries(value).filter(([name]) => !known.has(name));
  return unknown.length === 0 ? null : Object.fromEntries(unknown);
}
