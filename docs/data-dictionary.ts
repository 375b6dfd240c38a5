import type { Check, Column, Model, ModelLibrary, TableModel } from '../lambdas/domain/models/model.ts';

const ZONES = [
  { folder: 'sources', title: 'Sources', meaning: 'What models read and no model builds.' },
  { folder: 'staging', title: 'Staging', meaning: 'Cleaned, typed and unique.' },
  { folder: 'curated', title: 'Curated', meaning: 'What people query.' },
] as const;

/** The whole of athena/ as one Markdown text, in data order: how the tables hang together, then each of them. */
export function renderDataDictionary({ models, checks }: ModelLibrary): string {
  const zones = ZONES.map(({ folder, title, meaning }) => ({
    title,
    meaning,
    models: byName(models.filter(({ file }) => file.startsWith(`${folder}/`))),
  }));
  const sections = [
    '# Data dictionary',
    'Written by `npm run docs` from the headers of the files under athena/: change those. What the tables promise: decisions/ and the README.',
    ...zones.flatMap((zone) => [`- **${zone.title}**: ${zone.models.map(linkTo).join(', ')}`]),
    '## Who is built from whom',
    fence(lineageLines(models)),
    '## Keys',
    'A line leads from a dimension or fact to each table that carries its whole key.',
    fence(entityLines(models)),
    ...zones.flatMap((zone) => [`## ${zone.title}`, zone.meaning, ...zone.models.map(renderModel)]),
    '## Checks',
    'Each is a query that returns the bad rows. An `error` stops what comes after the run; a `warn` is reported.',
    renderChecks(checks),
  ];
  return `${sections.join('\n\n')}\n`;
}

function byName<T extends { readonly name: string }>(items: readonly T[]): readonly T[] {
  return [...items].sort((left, right) => (left.name < right.name ? -1 : 1));
}

function linkTo({ name }: { readonly name: string }): string {
  return `[${name}](#${name})`;
}

function fence(lines: readonly string[]): string {
  return ['```mermaid', ...lines, '```'].join('\n');
}

function lineageLines(models: readonly Model[]): readonly string[] {
  const edges = models.flatMap(({ name, inputs }) => inputs.map((input) => `  ${input} --> ${name}`));
  return ['flowchart LR', ...edges];
}

/** Tables with their key columns, and a relation wherever one carries the whole key of a dimension or a fact. */
function entityLines(models: readonly Model[]): readonly string[] {
  const tables = byName(models.filter((model) => model.kind === 'table'));
  const entities = tables.flatMap(({ name, key, columns }) => [
    `  ${name} {`,
    ...columns
      .filter((column) => key.includes(column.name))
      .map((column) => `    ${column.type.replace(/[(,]/g, '_').replace(')', '')} ${column.name} PK`),
    '  }',
  ]);
  const relations = tables
    .filter(({ name }) => /^(dim|fct)_/.test(name))
    .flatMap((parent) =>
      tables
        .filter((child) => child !== parent && carriesKeyOf(child, parent))
        .map((child) => `  ${parent.name} |o--o{ ${child.name} : "${parent.key.join(', ')}"`),
    );
  return ['erDiagram', ...entities, ...relations];
}

function carriesKeyOf(child: TableModel, parent: TableModel): boolean {
  return parent.key.every((name) => child.columns.some((column) => column.name === name));
}

function renderModel(model: Model): string {
  const facts = [
    `- Grain: ${model.grain}`,
    ...(model.kind === 'table' ? tableFacts(model) : []),
    ...(model.kind === 'scratch' ? ['- Lives within one run; never published'] : []),
    ...(model.kind === 'source' ? [`- Origin: ${model.origin}`] : []),
    ...(model.inputs.length > 0 ? [`- Inputs: ${model.inputs.join(', ')}`] : []),
  ];
  return [`### ${model.name}`, model.meaning, facts.join('\n'), renderColumns(model)].join('\n\n');
}

function tableFacts({ key, partition, slice }: TableModel): readonly string[] {
  const partitioned = { none: 'none', date: 'day', month: 'month' }[partition.kind];
  return [
    `- Key: ${key.join(', ')}`,
    `- Partition: ${partition.kind === 'none' ? partitioned : `${partition.column}, by ${partitioned}`}`,
    slice.kind === 'all'
      ? '- Slice: the whole table, once something that it reads has changed'
      : `- Slice: ${slice.columns.join(', ')} of ${slice.touched}`,
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

function renderChecks(checks: readonly Check[]): string {
  const rows = byName(checks).map(({ name, severity, meaning, inputs }) => [
    name,
    severity,
    meaning,
    inputs.join(', '),
  ]);
  return renderTable(['check', 'severity', 'meaning', 'inputs'], rows);
}

/** Padded as the formatter would pad it, so that it has nothing to change in a generated file. */
function renderTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [header, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = header.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const [head = '', ...body] = cells.map((row) =>
    renderRow(row.map((cell, column) => cell.padEnd(widths[column] ?? 0))),
  );
  return [head, renderRow(widths.map((width) => '-'.repeat(width))), ...body].join('\n');
}

function renderRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
