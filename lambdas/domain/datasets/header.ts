import type { Dataset, DatasetColumn } from './dataset.ts';

/** What a header says of a dataset's columns. Order, letter case and blanks around a name do not matter. */
export interface HeaderMatch {
  /** Per column of the dataset its place in the header; -1 where it is absent. */
  readonly places: readonly number[];
  /** Required columns that the header lacks. */
  readonly missing: readonly string[];
  /** Names that no column has, with their places: kept in raw, ignored from there on. */
  readonly extra: readonly ExtraColumn[];
  /** Names that stand more than once. */
  readonly repeated: readonly string[];
}

export interface ExtraColumn {
  readonly name: string;
  readonly place: number;
}

export function matchHeader(names: readonly string[], dataset: Dataset): HeaderMatch {
  const folded = names.map(foldName);
  const known = new Set(dataset.columns.map((column) => column.name));
  return {
    places: dataset.columns.map((column) => folded.indexOf(column.name)),
    missing: dataset.columns
      .filter((column) => column.isRequired && !folded.includes(column.name))
      .map((column) => column.name),
    extra: folded.flatMap((name, place) => (known.has(name) ? [] : [{ name, place }])),
    repeated: [...new Set(folded.filter((name, place) => folded.indexOf(name) !== place))],
  };
}

/** How many names of the header are columns of the dataset. */
export function countKnown(names: readonly string[], dataset: Dataset): number {
  return matchHeader(names, dataset).places.filter((place) => place >= 0).length;
}

/** The datasets all of whose required columns the header has. */
export function datasetsOf(names: readonly string[], datasets: readonly Dataset[]): readonly Dataset[] {
  return datasets.filter((dataset) => matchHeader(names, dataset).missing.length === 0);
}

/**
 * What is wrong with the header for the dataset, in words, or null. A missing column is named together with the extra
 * one that it was probably renamed to.
 */
export function headerProblem({ missing, extra, repeated }: HeaderMatch, dataset: Dataset): string | null {
  if (repeated.length > 0) return `the header has ${listed(repeated)} more than once`;
  if (missing.length === 0) return extraProblem(extra);
  const renamed = missing.flatMap((name) => {
    const found = extra.find((each) => skeleton(each.name) === skeleton(name));
    return found === undefined ? [] : [`"${shown(found.name)}" to ${name}`];
  });
  const what = `the header lacks ${listed(missing)} of the dataset ${dataset.name}`;
  const others = extra.length === 0 ? '' : `; it has ${listed(extra.map(({ name }) => `"${shown(name)}"`))}`;
  return renamed.length > 0 ? `${what}; rename ${renamed.join(', ')}` : `${what}${others}`;
}

/** Their names become names in raw, where some would forge our own. */
function extraProblem(extra: readonly ExtraColumn[]): string | null {
  for (const { name, place } of extra) {
    if (name === '') return `column ${place + 1} of the header has no name`;
    if (/^_|^(?:constructor|prototype)$|[^\P{C}]/u.test(name))
      return `the header has a column "${shown(name)}": names that begin with _, constructor and prototype are reserved`;
  }
  return null;
}

/** The required columns of a dataset, for a message that says what a header must hold. */
export function requiredColumns(dataset: Dataset): readonly DatasetColumn[] {
  return dataset.columns.filter((column) => column.isRequired);
}

export function foldName(name: string): string {
  return name.trim().toLowerCase();
}

/** Letters and digits alone: `Order ID`, `orderId` and `order-id` are one. */
function skeleton(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function shown(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, '?').slice(0, 40);
}

function listed(names: readonly string[]): string {
  return names.length > 8 ? `${names.slice(0, 8).join(', ')} and ${names.length - 8} more` : names.join(', ');
}
