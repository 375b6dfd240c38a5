import type * as z from 'zod';

/** A function's variables as the template sets them: each of its env.ts, all of them text. */
export type VariablesOf<Schema extends z.ZodObject> = Readonly<
  Record<keyof z.output<Schema> & string, string>
>;

/** The function was deployed with variables that its env.ts does not accept. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/**
 * Reads a function's variables once, when it starts. Throws EnvironmentError, which names each bad variable and what
 * it must be, but never its value.
 */
export function readEnvironment<Schema extends z.ZodObject>(
  schema: Schema,
  variables: Readonly<Record<string, string | undefined>> = process.env,
): z.output<Schema> {
  const parsed = schema.safeParse(variables);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new EnvironmentError(`Environment variables do not fit env.ts: ${problems.join('; ')}`);
}
