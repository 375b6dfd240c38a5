import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder.ts';
import { CannotRunError, type Emulator, type EmulatorState } from './emulator.ts';
import { freePorts, type RunningServer, startServer, waitUntilReady } from './server-process.ts';

const servers: RunningServer[] = [];

/** Starts an emulator; never throws: one may fail alone. */
export async function startEmulator(emulator: Emulator): Promise<EmulatorState> {
  const { name } = emulator;
  const startedMs = performance.now();
  const logs = join(cacheFolder(), 'logs');
  mkdirSync(logs, { recursive: true });
  try {
    const commandAt = await emulator.prepare(cacheFolder());
    const preparedMs = performance.now();
    const ports = await freePorts(emulator.ports);
    const logFile = join(logs, `${name.replaceAll(' ', '-').toLowerCase()}.log`);
    const server = startServer(commandAt(ports), logFile);
    servers.push(server);
    const url = `http://127.0.0.1:${ports[0]}`;
    await waitUntilReady(`${url}${emulator.readyPath}`, server, logFile, emulator.isReady);
    console.log(
      `${name} answers at ${url}: ready to start in ${seconds(startedMs, preparedMs)}, up in ${seconds(preparedMs)}`,
    );
    return { kind: 'running', name, url };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const kind = error instanceof CannotRunError ? 'skipped' : 'failed';
    console.log(`${name} is left out: ${reason}`);
    return { kind, name, reason };
  }
}

/** Stops all that were started. */
export async function stopEmulators(): Promise<void> {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
}

function seconds(fromMs: number, toMs = performance.now()): string {
  return `${((toMs - fromMs) / 1_000).toFixed(1)} s`;
}
