import {
  type Check,
  type Column,
  type Model,
  ModelError,
  type Partition,
  type ScratchModel,
  SEVERITIES,
  SLICES,
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

const MODEL_FIELDS = [
  'model',
  'meaning',
  'grain',
  'key',
  'partition',
  'inputs',
  'slice',
  'reach',
  'materialization',
  'origin',
  'columns',
];
const CHECK_FIELDS = ['check', 'severity', 'meaning', 'inputs'];
const MATERIALIZATIONS = ['table', 'scratch', 'source'] as const;

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
  };
  const materialization = oneOf(
    file,
    'materialization',
    optionalField(header, 'materialization') ?? 'table',
    MATERIALIZATIONS,
  );
  if (materialization === 'source') return sourceModel(file, header, declared);
  if (header.body === '') throw new ModelError(file, 'has no SELECT behind its header');
  if (materialization === 'scratch') return { ...declared, kind: 'scratch', body: header.body };
  return tableModel(file, header, declared);
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
    body: header.body,
  };
}

type DeclaredParts = Omit<ScratchModel, 'kind' | 'body'>;

function tableModel(file: string, header: Header, declared: DeclaredParts): TableModel {
  const key = parseNames(file, 'key', requiredField(file, header, 'key'));
  if (key.length === 0) throw new ModelError(file, 'key: a table needs one');
  const partition = parsePartition(file, requiredField(file, header, 'partition'));
  const mustHold = partition.kind === 'none' ? key : [...key, partition.column];
  for (const column of mustHold) requireColumn(file, declared.columns, column);
  if (partition.kind !== 'none') requireDate(file, declared.columns, partition);
  const slices = parseNames(file, 'slice', requiredField(file, header, 'slice')).map((slice) =>
    oneOf(file, 'slice', slice, SLICES),
  );
  const reach = /^(\d+) \.\. (\d+)$/.exec(optionalField(header, 'reach') ?? '0 .. 0');
  if (reach === null)
    throw new ModelError(file, 'reach: is written as "days before .. days after", "7 .. 0"');
  return {
    ...declared,
    kind: 'table',
    // A key or a partition is never null, whether its line says so or not.
    columns: declared.columns.map((column) =>
      mustHold.includes(column.name) ? { ...column, isNullable: false } : column,
    ),
    key,
    partition,
    slices,
    reachDays: { before: Number(reach[1]), after: Number(reach[2]) },
    body: header.body,
  };
}

function sourceModel(file: string, header: Header, declared: DeclaredParts): SourceModel {
  const origin = oneOf(file, 'origin', requiredField(file, header, 'origin'), SOURCE_ORIGINS);
  if (origin !== 'select') {
    if (header.body !== '') throw new ModelError(file, `a source of ${origin} has no SELECT`);
    return { ...declared, kind: 'source', origin, bodies: null };
  }
  const [, ...sections] = `\n${header.body}`.split(/\n-- dialect: /);
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
  if (duckdb === undefined || trino === undefined || bodies.size !== 2) {
    throw new ModelError(
      file,
      'needs one SELECT behind "-- dialect: duckdb" and one behind "-- dialect: trino"',
    );
  }
  return { ...declared, kind: 'source', origin, bodies: { duckdb, trino } };
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
