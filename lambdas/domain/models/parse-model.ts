import {
  type Check,
  type Column,
  type Model,
  ModelError,
  type Partition,
  type ScratchModel,
  SEVERITIES,
  SOURCE_ORIGINS,
  type SourceModel,
  type SqlFile,
  type TableModel,
} from './model.ts';
import {
  type Header,
  optionalField,
  parseHeader,
  parseNames,
  parsePartition,
  requiredField,
} from './parse-header.ts';
import { parseRestrictions, parseSlice } from './parse-slice.ts';

const MODEL_FIELDS = [
  'model',
  'meaning',
  'grain',
  'key',
  'partition',
  'inputs',
  'slice',
  'restrict',
  'standing',
  'materialization',
  'origin',
  'read',
  'columns',
];
const CHECK_FIELDS = ['check', 'severity', 'meaning', 'inputs', 'restrict'];
const MATERIALIZATIONS = ['table', 'state', 'scratch', 'view', 'touched', 'source'] as const;
const READS = ['all', 'new'] as const;

/** Parses one model file. Throws ModelError (file, line, what is allowed). */
export function parseModel({ file, text }: SqlFile): Model {
  const header = parseHeader(file, text, MODEL_FIELDS);
  const name = nameOf(file, header, 'model');
  if (header.columns.length === 0) throw new ModelError(file, 'columns: is missing');
  const declared = {
    name,
    file,
    meaning: requiredField(file, header, 'meaning'),
    grain: requiredField(file, header, 'grain'),
    columns: header.columns,
    inputs: parseNames(file, 'inputs', optionalField(header, 'inputs')),
    restrictions: parseRestrictions(file, optionalField(header, 'restrict')),
    // Their columns come with the library.
    standing: parseNames(file, 'standing', optionalField(header, 'standing')).map((standing) => ({
      name: standing,
      columns: [],
    })),
  };
  const materialization = oneOf(
    file,
    'materialization',
    optionalField(header, 'materialization') ?? 'table',
    MATERIALIZATIONS,
  );
  if (materialization === 'source') return sourceModel(file, header, declared);
  if (header.body === '') throw new ModelError(file, 'has no SELECT behind its header');
  if (materialization !== 'table' && materialization !== 'state') {
    const isTouched = materialization === 'touched';
    return { ...declared, kind: 'scratch', isTouched, isView: materialization === 'view', body: header.body };
  }
  return { ...tableModel(file, header, declared), isState: materialization === 'state' };
}

/** Parses one check file. Throws ModelError. */
export function parseCheck({ file, text }: SqlFile): Check {
  const header = parseHeader(file, text, CHECK_FIELDS);
  if (header.body === '') throw new ModelError(file, 'has no SELECT behind its header');
  return {
    name: nameOf(file, header, 'check'),
    file,
    meaning: requiredField(file, header, 'meaning'),
    severity: oneOf(file, 'severity', requiredField(file, header, 'severity'), SEVERITIES),
    inputs: parseNames(file, 'inputs', requiredField(file, header, 'inputs')),
    restrictions: parseRestrictions(file, optionalField(header, 'restrict')),
    body: header.body,
  };
}

type DeclaredParts = Omit<ScratchModel, 'kind' | 'isTouched' | 'isView' | 'body'>;

function tableModel(file: string, header: Header, declared: DeclaredParts): Omit<TableModel, 'isState'> {
  const key = parseNames(file, 'key', requiredField(file, header, 'key'));
  if (key.length === 0) throw new ModelError(file, 'key: a table needs one');
  const partition = parsePartition(file, requiredField(file, header, 'partition'));
  const mustHold = partition.kind === 'none' ? key : [...key, partition.column];
  for (const column of mustHold) requireColumn(file, declared.columns, column);
  if (partition.kind !== 'none') requireDate(file, declared.columns, partition);
  const slice = parseSlice(file, requiredField(file, header, 'slice'));
  const strange = slice.kind === 'all' ? undefined : slice.columns.find((column) => !key.includes(column));
  if (strange !== undefined) {
    throw new ModelError(
      file,
      `slice: ${strange} is no part of the key, so that a row could leave its slice`,
    );
  }
  return {
    ...declared,
    kind: 'table',
    // A key or a partition is never null, whether its line says so or not.
    columns: declared.columns.map((column) =>
      mustHold.includes(column.name) ? { ...column, isNullable: false } : column,
    ),
    key,
    partition,
    slice,
    body: header.body,
  };
}

function sourceModel(file: string, header: Header, declared: DeclaredParts): SourceModel {
  const origin = oneOf(file, 'origin', requiredField(file, header, 'origin'), SOURCE_ORIGINS);
  const isReadOnce = oneOf(file, 'read', optionalField(header, 'read') ?? 'all', READS) === 'new';
  if (origin !== 'select') {
    if (header.body !== '') throw new ModelError(file, `a source of ${origin} has no SELECT`);
    return { ...declared, kind: 'source', origin, isReadOnce, bodies: null };
  }
  return { ...declared, kind: 'source', origin, isReadOnce, bodies: sourceBodies(file, header.body) };
}

/** One text for all engines, or one behind each dialect's name. */
function sourceBodies(file: string, body: string): { readonly duckdb: string; readonly trino: string } {
  const [shared, ...sections] = `\n${body}`.split(/\n-- dialect: /);
  if (sections.length === 0 && body !== '') return { duckdb: body, trino: body };
  const bodies = new Map(
    sections.map((section) => {
      const end = section.indexOf('\n');
      return [
        section.slice(0, end).trim(),
        section
          .slice(end + 1)
          .trim()
          .replace(/;$/, ''),
      ] as const;
    }),
  );
  const duckdb = bodies.get('duckdb');
  const trino = bodies.get('trino');
  if (shared?.trim() !== '' || duckdb === undefined || trino === undefined || bodies.size !== 2) {
    throw new ModelError(
      file,
      'needs one SELECT, or one behind "-- dialect: duckdb" and one behind "-- dialect: trino"',
    );
  }
  return { duckdb, trino };
}

/** File name = table name: a query that names a table names its file. */
function nameOf(file: string, header: Header, field: string): string {
  const name = requiredField(file, header, field);
  const base = file
    .split('/')
    .at(-1)
    ?.replace(/\.sql$/, '');
  if (name !== base) throw new ModelError(file, `${field}: "${name}" is not the file's name "${base}"`);
  return name;
}

function requireColumn(file: string, columns: readonly Column[], name: string): void {
  if (!columns.some((column) => column.name === name)) {
    throw new ModelError(file, `"${name}" of key or partition is no column`);
  }
}

function requireDate(file: string, columns: readonly Column[], partition: Partition): void {
  if (partition.kind === 'none') return;
  const type = columns.find((column) => column.name === partition.column)?.type;
  if (type !== 'date')
    throw new ModelError(file, `partition: ${partition.column} is ${type}, must be a date`);
}

function oneOf<const T extends string>(file: string, field: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) {
    throw new ModelError(file, `${field}: "${value}"; allowed: ${allowed.join(', ')}`);
  }
  return found;
}
