import { execFile } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

/** Characters; it ends up in the name of a skipped test. */
const MAX_REASON = 300;

export interface ProgramRun {
  readonly code: number;
  readonly output: string;
}

/** Runs a program to its end; what it printed, to either side. A program that cannot be started has the code -1. */
export function runProgram(
  program: string,
  parameters: readonly string[],
  options: {
    readonly env?: NodeJS.ProcessEnv;
    readonly timeoutMs?: number;
    readonly folder?: string;
  } = {},
): Promise<ProgramRun> {
  const { promise, resolve } = Promise.withResolvers<ProgramRun>();
  const settings = {
    env: options.env ?? process.env,
    timeout: options.timeoutMs ?? 0,
    maxBuffer: 64 * 1_048_576,
    cwd: options.folder,
  };
  try {
    execFile(program, [...parameters], settings, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, output: `${stdout}${stderr}` });
    });
  } catch (error) {
    // A path through a file instead of a folder is refused at once.
    resolve({ code: -1, output: String(error) });
  }
  return promise;
}

/** What it printed, or null when it failed or cannot be started. */
export async function outputOf(program: string, parameters: readonly string[]): Promise<string | null> {
  const { code, output } = await runProgram(program, parameters);
  return code === 0 ? output : null;
}

/** Why a program failed, in one line: its first error, or else the last thing that it said. */
export function reasonIn(output: string): string {
  const lines = stripVTControlCharacters(output)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const reason = lines.find((line) => line.includes('ERROR')) ?? lines.at(-1) ?? 'it said nothing';
  return reason.length > MAX_REASON ? `${reason.slice(0, MAX_REASON)}...` : reason;
}
