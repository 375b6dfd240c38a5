import type { CommandContext } from './context.ts';

/** Writes one answer: as JSON with `--json`, else as the text for people. */
export async function printAnswer(
  context: Pick<CommandContext, 'isJson' | 'output'>,
  answer: unknown,
  text: () => string,
): Promise<void> {
  await context.output.write(context.isJson ? `${JSON.stringify(answer, null, 2)}\n` : `${text()}\n`);
  await context.output.flush();
}

/** `label   value` lines with the values under one another. */
export function labelled(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${value}`.trimEnd()).join('\n');
}

/** Parts joined by `gap` into lines of at most `width` characters; no part is broken, however long it is. */
export function wrapped(parts: readonly string[], width: number, gap = ' '): readonly string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    const longer = `${last}${gap}${part}`;
    if (last !== undefined && longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines;
}
