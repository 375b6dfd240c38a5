import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { ServerCommand } from './emulator.ts';

const KEEPER = join(import.meta.dirname, 'keeper.ts');
const READY_TIMEOUT_MS = 120_000;
const ASK_AGAIN_MS = 50;
const LOG_LINES = 40;

export interface RunningServer {
  readonly processId: number;
  /** Ends the server and all that it has started; returns when nothing of it runs any more. */
  stop(): Promise<void>;
}

/** Starts a server under its keeper, in a process group of their own, with its words going to a file. */
export function startServer(
  command: ServerCommand,
  logFile: string,
): RunningServer & { readonly ended: Promise<void> } {
  const log = openSync(logFile, 'w');
  const keeper = spawn(process.execPath, [KEEPER, command.program, ...command.parameters], {
    detached: true,
    stdio: ['pipe', log, log],
    env: { ...process.env, ...command.environment },
    ...(command.folder === undefined ? {} : { cwd: command.folder }),
  });
  closeSync(log);
  const ended = endOf(keeper);
  return {
    processId: keeper.pid ?? 0,
    ended,
    stop: async () => {
      keeper.stdin?.end();
      await ended;
    },
  };
}

/** Asks until the server answers. Throws, with the end of its log, when it ends before that or takes too long. */
export async function waitUntilReady(
  url: string,
  server: { readonly ended: Promise<void> },
  logFile: string,
  isReady: (answer: string) => boolean = () => true,
): Promise<void> {
  const deadlineMs = performance.now() + READY_TIMEOUT_MS;
  let hasEnded = false;
  void server.ended.then(() => {
    hasEnded = true;
  });
  while (!(await answers(url, isReady))) {
    if (hasEnded) throw new Error(`it ended at once; the end of ${logFile}:\n${endOfLog(logFile)}`);
    if (performance.now() > deadlineMs) {
      throw new Error(
        `no answer in ${READY_TIMEOUT_MS / 1_000} s; the end of ${logFile}:\n${endOfLog(logFile)}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
}

export function endOfLog(logFile: string): string {
  return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-LOG_LINES).join('\n');
}

/** Ports of the loopback that were free a moment ago. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const holders = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  const ports: number[] = [];
  for (const holder of holders) {
    if (!holder.listening) await once(holder, 'listening');
    const address = holder.address();
    if (address !== null && typeof address !== 'string') ports.push(address.port);
  }
  await Promise.all(holders.map((holder) => once(holder.close(), 'close')));
  return ports;
}

async function answers(url: string, isReady: (answer: string) => boolean): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(1_000) });
    return isReady(await answer.text());
  } catch {
    return false;
  }
}

async function endOf(keeper: ChildProcess): Promise<void> {
  // A pipe to a keeper that has ended by itself breaks when it is closed.
  keeper.stdin?.on('error', () => {});
  await Promise.race([once(keeper, 'exit'), once(keeper, 'error')]);
}
