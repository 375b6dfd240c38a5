import type { Column, ColumnTest, ModelLibrary, TableModel } from '../lambdas/domain/models/model.ts';
import { byName, fence, renderTable } from './markdown.ts';

type Reference = Extract<ColumnTest, { readonly kind: 'references' }>;

interface Relation {
  readonly child: TableModel;
  readonly column: Column;
  readonly test: Reference;
  /** Absent: a source of rows. */
  readonly parent: TableModel | undefined;
}

const ZONES = [
  { folder: 'curated/', title: 'What people query' },
  { folder: 'staging/', title: 'Staging' },
] as const;

/**
 * The tables of the lake as entities: their keys, and how they hang together. Drawn lines are tests of columns (a run
 * proves them), dotted ones say that a table carries the whole key of another.
 */
export function renderEntities({ models }: ModelLibrary): string {
  const tables = byName(models.filter((model) => model.kind === 'table'));
  const relations = relationsOf(tables);
  const sections = [
    '# Entities',
    'Written by `npm run docs` from the headers of the files under athena/: change those. Each column stands in [data-dictionary.md](data-dictionary.md).',
    'PK: part of the key. FK: each value stands in the other table, which a check of the run proves. UK: no value stands twice. A dotted line leads from a table to one that carries its whole key.',
    ...ZONES.flatMap(({ folder, title }) => {
      const zone = tables.filter(({ file }) => file.startsWith(folder));
      return zone.length === 0 ? [] : [`## ${title}`, fence(diagramLines(zone, relations))];
    }),
    '## References',
    'A run reports a value that stands in no row of the other table: `error` stops the publication, `warn` is told. Null refers to nothing.',
    renderTable(
      ['table', 'column', 'refers to', 'severity'],
      relations.map(({ child, column, test }) => [
        child.name,
        column.name,
        `${test.table}.${test.column}`,
        test.severity,
      ]),
    ),
  ];
  return `${sections.join('\n\n')}\n`;
}

function relationsOf(tables: readonly TableModel[]): readonly Relation[] {
  return tables.flatMap((child) =>
    child.columns.flatMap((column) =>
      (column.tests ?? []).flatMap((test) =>
        test.kind === 'references'
          ? [{ child, column, test, parent: tables.find(({ name }) => name === test.table) }]
          : [],
      ),
    ),
  );
}

function diagramLines(tables: readonly TableModel[], relations: readonly Relation[]): readonly string[] {
  const inZone = relations.filter(({ child }) => tables.includes(child));
  const drawn = inZone.map(
    (relation) =>
      `  ${relation.test.table} ${parentEnd(relation)}--${childEnd(relation)} ${relation.child.name} : "${relation.column.name}"`,
  );
  const carried = tables.flatMap((parent) =>
    tables
      .filter((child) => child !== parent && carriesKeyOf(child, parent) && !isDrawn(inZone, child, parent))
      .map((child) => `  ${parent.name} |o..o{ ${child.name} : "${parent.key.join(', ')}"`),
  );
  return ['erDiagram', ...tables.flatMap(entityLines), ...drawn, ...carried];
}

function entityLines({ name, key, columns }: TableModel): readonly string[] {
  const lines = columns.flatMap((column) => {
    const kinds = (column.tests ?? []).map(({ kind }) => kind);
    const marks = [
      ...(key.includes(column.name) ? ['PK'] : []),
      ...(kinds.includes('references') ? ['FK'] : []),
      ...(kinds.includes('unique') ? ['UK'] : []),
    ];
    if (marks.length === 0) return [];
    return [`    ${column.type.replace(/[(,]/g, '_').replace(')', '')} ${column.name} ${marks.join(', ')}`];
  });
  return [`  ${name} {`, ...lines, '  }'];
}

/** How many rows of the parent belong to one of the child: several where a part of its key is named. */
function parentEnd({ column, test, parent }: Relation): string {
  const isWhole = parent !== undefined && isWholeKey(parent, test.column);
  const isSure = !column.isNullable && test.severity === 'error';
  if (isWhole) return isSure ? '||' : '|o';
  return isSure ? '}|' : '}o';
}

function childEnd({ child, column }: Relation): string {
  const isUnique = column.tests?.some(({ kind }) => kind === 'unique') === true;
  return isUnique || isWholeKey(child, column.name) ? 'o|' : 'o{';
}

function isWholeKey({ key }: TableModel, name: string): boolean {
  return key.length === 1 && key[0] === name;
}

function isDrawn(relations: readonly Relation[], child: TableModel, parent: TableModel): boolean {
  return relations.some((relation) => relation.child === child && relation.parent === parent);
}

/** Only of dimensions and facts: other keys are carried by chance. */
function carriesKeyOf(child: TableModel, parent: TableModel): boolean {
  if (!/^(dim|fct)_/.test(parent.name)) return false;
  return parent.key.every((name) => child.columns.some((column) => column.name === name));
}
