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
