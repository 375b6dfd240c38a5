/** What the generated pages are made of. */

export function byName<T extends { readonly name: string }>(items: readonly T[]): readonly T[] {
  return [...items].sort((left, right) => (left.name < right.name ? -1 : 1));
}

/** Lines of a Mermaid diagram. */
export function fence(lines: readonly string[]): string {
  return ['```mermaid', ...lines, '```'].join('\n');
}

/** Padded as the formatter would pad it, so that it has nothing to change in a generated file. */
export function renderTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
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
