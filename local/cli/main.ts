import { type Command, CommanderError } from 'commander';
import { readLocalSettings } from '../settings.ts';
import type { CommandAction, CommandContext } from './context.ts';
import { EXIT_CODES, type ExitCode, failureOf, usageError } from './errors.ts';
import { Interrupt } from './interrupt.ts';
import { Output, OutputClosedError } from './output.ts';
import { buildProgram, type GlobalOptions } from './program.ts';
import { Reporter } from './progress.ts';

/** Runs one command line (without `node` and the script) and gives the exit code. Never throws. */
export async function main(args: readonly string[]): Promise<ExitCode> {
  // A reader of stderr that is gone must not end the work.
  process.stderr.on('error', () => undefined);
  let exitCode: ExitCode = EXIT_CODES.success;
  const program = await buildProgram(async (action) => {
    exitCode = await runAction(action, program.opts<GlobalOptions>());
  }, args);
  try {
    await program.parseAsync(args.map(asArgument), { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT_CODES.success;
    const isJson = args.includes('--json');
    // People were shown the whole help already.
    if (error instanceof CommanderError && error.code === 'commander.help' && !isJson)
      return EXIT_CODES.usage;
    return reportFailure(withHint(error, program, args), { isJson, isDebug: false });
  }
}

/** SQL may begin with a comment; a blank before it keeps it from being taken for an option. */
function asArgument(arg: string): string {
  return /^--(?![\w-]*(=|$)).*\n/.test(arg) ? ` ${arg}` : arg;
}

/** A usage error says where the usage stands. */
function withHint(error: unknown, program: Command, args: readonly string[]): unknown {
  if (!(error instanceof CommanderError)) return error;
  const help = ['millpond', ...commandNames(program, args)].join(' ');
  const message =
    error.code === 'commander.help' ? 'A command is missing' : failureOf(error).message.replace(/\.$/, '');
  return usageError(`${message}; see \`${help} --help\`.`);
}

/** The commands that the arguments name, the outermost first. */
function commandNames(program: Command, args: readonly string[]): readonly string[] {
  const names: string[] = [];
  let command: Command | undefined = program;
  for (const arg of args) {
    const next: Command | undefined = command?.commands.find((one) => one.name() === arg);
    if (next === undefined) continue;
    names.push(next.name());
    command = next;
  }
  return names;
}

async function runAction(action: CommandAction, options: GlobalOptions): Promise<ExitCode> {
  const clock = { nowMs: () => Date.now() };
  const reporter = new Reporter(process.stderr, clock, { isQuiet: options.quiet === true });
  const output = new Output(process.stdout);
  const interrupt = new Interrupt((text) => reporter.info(text));
  const stopListening = interrupt.listen(process, (code) => process.exit(code));
  let isDebug = false;
  try {
    const settings = readLocalSettings();
    isDebug = settings.isDebug;
    const context: CommandContext = {
      lakeFolder: options.lake ?? settings.lakeFolder,
      isJson: options.json === true,
      output,
      reporter,
      settings,
      interrupt,
      clock,
      stdin: { [Symbol.asyncIterator]: () => process.stdin[Symbol.asyncIterator]() },
      terminalWidth: process.stdout.isTTY ? process.stdout.columns : null,
    };
    const exitCode = await action(context);
    await output.flush();
    return exitCode;
  } catch (error) {
    if (error instanceof OutputClosedError) return EXIT_CODES.success;
    // What was found before the failure is still an answer; a second failure would only hide the first.
    await output.flush().catch(() => undefined);
    return reportFailure(error, { isJson: options.json === true, isDebug });
  } finally {
    stopListening();
  }
}

/** One line on stderr, or `{"error": {...}}`. */
function reportFailure(
  error: unknown,
  options: { readonly isJson: boolean; readonly isDebug: boolean },
): ExitCode {
  const { code, message, exitCode } = failureOf(error);
  if (options.isJson) {
    process.stderr.write(`${JSON.stringify({ error: { code, message, exit_code: exitCode } })}\n`);
  } else {
    process.stderr.write(`millpond: ${message}\n`);
  }
  if (options.isDebug && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  return exitCode;
}
