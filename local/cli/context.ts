import type { Clock } from '../../lambdas/ports/clock.ts';
import type { LocalSettings } from '../settings.ts';
import type { ExitCode } from './errors.ts';
import type { Interrupt } from './interrupt.ts';
import type { Output } from './output.ts';
import type { Reporter } from './progress.ts';

/** What every command is given. */
export interface CommandContext {
  /** As typed; relative to the working directory. */
  readonly lakeFolder: string;
  /** Answers go out as JSON. */
  readonly isJson: boolean;
  readonly output: Output;
  readonly reporter: Reporter;
  readonly settings: LocalSettings;
  readonly interrupt: Interrupt;
  readonly clock: Clock;
  readonly stdin: AsyncIterable<Buffer>;
  /** Characters of a terminal's line; null where stdout is none. */
  readonly terminalWidth: number | null;
}

/** A command's work; what it gives is the exit code. */
export type CommandAction = (context: CommandContext) => Promise<ExitCode>;

/** Hands a command's work to the process: context, errors, exit code. */
export type RunAction = (action: CommandAction) => Promise<void>;
