import { parse } from 'csv-parse/sync';
import type { Dataset } from '../domain/datasets/dataset.ts';
import { countKnown } from '../domain/datasets/header.ts';
import { RefusedFileError } from './refused-file-error.ts';

/** What may stand between the cells of a CSV file. */
export const SEPARATORS = [',', ';', '\t', '|'] as const;
export type Separator = (typeof SEPARATORS)[number];

/** As people type and read them. */
export const SEPARATOR_WORDS: Readonly<Record<Separator, string>> = {
  ',': ',',
  ';': ';',
  '\t': 'tab',
  '|': '|',
};

/** A separator as people type it, `tab` and `\\t` among them; null for what is none. */
export function parseSeparator(text: string): Separator | null {
  const found = SEPARATORS.find(
    (separator) =>
      text === separator || text === SEPARATOR_WORDS[separator] || (text === '\\t' && separator === '\t'),
  );
  return found ?? null;
}

export interface Header {
  readonly separator: Separator;
  /** As they stand in the file. */
  readonly names: readonly string[];
}

/**
 * Reads a file's header, parted by the separator that makes most of its names columns of a dataset. Throws
 * RefusedFileError when no separator makes one.
 *
 * @param forced the separator that the caller knows; null: it is found
 */
export function readHeader(
  name: string,
  line: string,
  { datasets, forced }: { readonly datasets: readonly Dataset[]; readonly forced: Separator | null },
): Header {
  const candidates = (forced === null ? SEPARATORS : [forced]).map((separator) => {
    const names = splitHeader(line, separator);
    const known = Math.max(0, ...datasets.map((dataset) => countKnown(names, dataset)));
    return { separator, names, known };
  });
  const best = candidates.reduce((left, right) => (right.known > left.known ? right : left));
  if (best.known > 0) return { separator: best.separator, names: best.names };
  const tried = candidates.map(({ separator }) => SEPARATOR_WORDS[separator]).join('  ');
  throw new RefusedFileError(
    forced === null ? 'separator' : 'header',
    `${name}: its first line is no header of ${datasets.map((dataset) => dataset.name).join(', ')}, parted at ${tried} : it must name the columns, see \`datasets\``,
  );
}

function splitHeader(line: string, separator: Separator): readonly string[] {
  try {
    const rows: string[][] = parse(line, { delimiter: separator, relax_quotes: true, to: 1 });
    return rows[0] ?? [];
  } catch {
    return [];
  }
}
