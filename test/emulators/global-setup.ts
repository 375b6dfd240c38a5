import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { cacheFolder } from './cache-folder.ts';
import { dynamoDbLocal } from './dynamodb-local.ts';
import { CannotRunError, type Emulator, type EmulatorState } from './emulator.ts';
import { kinesisLocal } from './kinesis-local.ts';
import { miniStack } from './ministack.ts';
import { freePorts, type RunningServer, startServer, waitUntilReady } from './server-process.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly emulators: Readonly<Record<EmulatorName, NamedState>>;
  }
}

export type EmulatorName = 'dynamoDbLocal' | 'miniStack' | 'kinesisLocal';
export type NamedState = EmulatorState & { readonly name: string };

const servers: RunningServer[] = [];

/** Starts all emulators side by side and tells the tests where they answer. */
export async function setup(project: TestProject): Promise<void> {
  const cache = cacheFolder();
  mkdirSync(join(cache, 'logs'), { recursive: true });
  // Settled, not just the first failure: a server that comes up after one has failed must be stopped as well.
  const states = await Promise.allSettled([
    start(dynamoDbLocal, cache),
    start(miniStack, cache),
    start(kinesisLocal, cache),
  ]);
  const [dynamoDb, mini, kinesis] = states;
  if (dynamoDb.status === 'rejected' || mini.status === 'rejected' || kinesis.status === 'rejected') {
    await teardown();
    throw new AggregateError(
      states.flatMap((state) => (state.status === 'rejected' ? [state.reason] : [])),
      'Emulators did not start',
    );
  }
  project.provide('emulators', {
    dynamoDbLocal: dynamoDb.value,
    miniStack: mini.value,
    kinesisLocal: kinesis.value,
  });
}

export async function teardown(): Promise<void> {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
}

async function start(emulator: Emulator, cache: string): Promise<NamedState> {
  const { name } = emulator;
  const startedMs = performance.now();
  try {
    const commandAt = await emulator.prepare(cache);
    const preparedMs = performance.now();
    const ports = await freePorts(emulator.ports);
    const logFile = join(cache, 'logs', `${name.replaceAll(' ', '-').toLowerCase()}.log`);
    const server = startServer(commandAt(ports), logFile);
    servers.push(server);
    const url = `http://127.0.0.1:${ports[0]}`;
    await waitUntilReady(`${url}${emulator.readyPath}`, server, logFile);
    console.log(
      `${name} answers at ${url}: ready to start in ${seconds(startedMs, preparedMs)}, up in ${seconds(preparedMs)}`,
    );
    return { kind: 'running', name, url };
  } catch (error) {
    if (!(error instanceof CannotRunError)) throw new Error(`${name} did not start`, { cause: error });
    console.log(`${name} is left out: ${error.message}`);
    return { kind: 'skipped', name, reason: error.message };
  }
}

function seconds(fromMs: number, toMs = performance.now()): string {
  return `${((toMs - fromMs) / 1_000).toFixed(1)} s`;
}
