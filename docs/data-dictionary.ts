import type {
  Check,
  Column,
  ColumnTest,
  Model,
  ModelLibrary,
  TableModel,
} from '../lambdas/domain/models/model.ts';
import { byName, fence, renderTable } from './markdown.ts';

const ZONES = [
  { folder: 'sources', title: 'Sources', meaning: 'What models read and no model builds.' },
  { folder: 'staging', title: 'Staging', meaning: 'Cleaned, typed and unique.' },
  { folder: 'curated', title: 'Curated', meaning: 'What people query.' },
  { folder: 'touched', title: 'Touched', meaning: 'What an incremental run has to compute again.' },
] as const;

/** The whole of athena/ as one Markdown text, in data order: how the tables hang together, then each of them. */
export function renderDataDictionary({ models, checks }: ModelLibrary): string {
  const zones = ZONES.map(({ folder, title, meaning }) => ({
    title,
    meaning,
    models: byName(models.filter(({ file }) => file.startsWith(`${folder}/`))),
  })).filter((zone) => zone.models.length > 0);
  const sections = [
    '# Data dictionary',
    'Written by `npm run docs` from the headers of the files under athena/: change those. What the tables promise: decisions/ and the README. How their keys hang together: [entities.md](entities.md).',
    ...zones.flatMap((zone) => [`- **${zone.title}**: ${zone.models.map(linkTo).join(', ')}`]),
    '## Who is built from whom',
    fence(lineageLines(models)),
    ...zones.flatMap((zone) => [`## ${zone.title}`, zone.meaning, ...zone.models.map(renderModel)]),
    '## Checks',
    'Each is a query that returns the bad rows. An `error` stops what comes after the run; a `warn` is reported. Beside them run the tests that stand below the columns of a table, as `<table>_<column>_<in, unique or references>`.',
    renderChecks(checks),
  ];
  return `${sections.join('\n\n')}\n`;
}

function linkTo({ name }: { readonly name: string }): string {
  return `[${name}](#${name})`;
}

function lineageLines(models: readonly Model[]): readonly string[] {
  const edges = models.flatMap(({ name, inputs }) => inputs.map((input) => `  ${input} --> ${name}`));
  return ['flowchart LR', ...edges];
}

function renderModel(model: Model): string {
  const facts = [
    `- Grain: ${model.grain}`,
    ...(model.kind === 'table' ? tableFacts(model) : []),
    ...(model.kind === 'scratch'
      ? [`- ${model.isView ? 'A view that lives' : 'Lives'} within one run; never published`]
      : []),
    ...(model.kind === 'source' ? [`- Origin: ${model.origin}`] : []),
    ...(model.inputs.length > 0 ? [`- Inputs: ${model.inputs.join(', ')}`] : []),
  ];
  const tests = model.columns.flatMap(testLines);
  return [
    `### ${model.name}`,
    model.meaning,
    facts.join('\n'),
    renderColumns(model),
    ...(tests.length > 0 ? [tests.join('\n')] : []),
  ].join('\n\n');
}

function tableFacts({ key, partition, slice, isState }: TableModel): readonly string[] {
  const partitioned = { none: 'none', date: 'day', month: 'month' }[partition.kind];
  return [
    `- Key: ${key.join(', ')}`,
    `- Partition: ${partition.kind === 'none' ? partitioned : `${partition.column}, by ${partitioned}`}`,
    slice.kind === 'all'
      ? '- Slice: the whole table, once something that it reads has changed'
      : `- Slice: ${slice.columns.join(', ')} of ${slice.touched}`,
    ...(isState ? ['- Kept for other models alone; never published'] : []),
  ];
}

function renderColumns(model: Model): string {
  const key: readonly string[] = model.kind === 'table' ? model.key : [];
  const rows = model.columns.map((column) => [column.name, column.type, roleOf(column, key), column.meaning]);
  return renderTable(['column', 'type', '', 'meaning'], rows);
}

function roleOf({ name, isNullable }: Column, key: readonly string[]): string {
  if (key.includes(name)) return 'key';
  return isNullable ? '' : 'not null';
}

/** Below the columns, since a list of values would make the table as wide as itself. */
function testLines({ name, tests = [] }: Column): readonly string[] {
  return tests.map((test) => `- ${name}: ${testText(test)}${test.severity === 'warn' ? ' (warn)' : ''}`);
}

function testText(test: ColumnTest): string {
  if (test.kind === 'unique') return 'no value stands twice';
  if (test.kind === 'in') return `one of ${test.values.join(', ')}`;
  return `stands in ${test.table}.${test.column}`;
}

function renderChecks(checks: readonly Check[]): string {
  const rows = byName(checks).map(({ name, severity, meaning, inputs }) => [
    name,
    severity,
    meaning,
    inputs.join(', '),
  ]);
  return renderTable(['check', 'severity', 'meaning', 'inputs'], rows);
}
