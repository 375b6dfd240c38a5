import { CommanderError } from 'commander';
import { SqlError } from '../../lambdas/ports/sql-engine.ts';
import { StreamUnavailableError } from '../../lambdas/produce-events/produce-events.ts';
import { LakeError } from '../lake.ts';
import { SettingsError } from '../settings.ts';
import { faultOfFileError, StorageError } from '../storage-error.ts';

/** What a command ends with; the help of every command names them. */
export const EXIT_CODES = { success: 0, failure: 1, usage: 2, checksFailed: 3, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];

/** A command cannot do what was asked. The message is one line: what, which value, what is allowed, what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  /** For programs: `input_missing`, `lake_held`, ... */
  readonly code: string;
  readonly exitCode: ExitCode;

  constructor(code: string, message: string, options: { exitCode?: ExitCode; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.exitCode = options.exitCode ?? EXIT_CODES.failure;
  }
}

/** The command line itself is wrong. */
export function usageError(message: string): CommandError {
  return new CommandError('usage', message, { exitCode: EXIT_CODES.usage });
}

/** The person pressed Ctrl-C, or the process was asked to end. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}

/** What a failed command says and ends with. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly exitCode: ExitCode;
}

/** Turns whatever was thrown into one line and an exit code. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CommandError) {
    return { code: error.code, message: error.message, exitCode: error.exitCode };
  }
  if (error instanceof InterruptedError) {
    return { code: 'interrupted', message: error.message, exitCode: EXIT_CODES.interrupted };
  }
  if (error instanceof CommanderError) {
    return {
      code: 'usage',
      message: oneLine(error.message.replace(/^error: /, '')),
      exitCode: EXIT_CODES.usage,
    };
  }
  const exitCode = EXIT_CODES.failure;
  if (error instanceof LakeError) return { code: `lake_${error.problem}`, message: error.message, exitCode };
  if (error instanceof SettingsError) return { code: 'settings', message: error.message, exitCode };
  if (error instanceof StorageError)
    return { code: `storage_${error.fault}`, message: error.message, exitCode };
  if (error instanceof StreamUnavailableError)
    return { code: 'stream_unavailable', message: `${error.message}.`, exitCode };
  if (error instanceof SqlError)
    return { code: 'sql', message: oneLine(withTables(withoutExcerpt(error.message))), exitCode };
  return { ...failureOfSystem(error), exitCode };
}

function failureOfSystem(error: unknown): { readonly code: string; readonly message: string } {
  const message = oneLine(error instanceof Error ? error.message : String(error));
  if (/SQLITE_FULL|database or disk is full|no space left|ENOSPC/i.test(message)) {
    return {
      code: 'storage_full',
      message: `${message}: no space is left; free some and run the command again.`,
    };
  }
  const fault = faultOfFileError(error);
  if (fault === 'denied') {
    return { code: 'storage_denied', message: `${message}: the rights are missing; check owner and mode.` };
  }
  if (fault === 'missing') return { code: 'storage_missing', message: `${message}: check the path.` };
  return { code: 'unexpected', message };
}

/** DuckDB repeats the statement's line with a caret below it, which makes no sense in one line. */
function withoutExcerpt(message: string): string {
  return message.replace(/\s*\n\s*LINE \d+:[\s\S]*$/, '');
}

/** Who misses a table wants to know which there are. */
function withTables(message: string): string {
  return /Table with name \S+ does not exist/.test(message)
    ? `${message} The command \`tables\` lists those of the lake.`
    : message;
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim();
}
