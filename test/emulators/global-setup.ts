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
    readonly emulators: Readonly<Record<EmulatorName, EmulatorState>>;
  }
}

export type EmulatorName = 'dynamoDbLocal' | 'miniStack' | 'kinesisLocal';

const servers: RunningServer[] = [];

/** Starts all emulators side by side and tells the tests where they answer. Never throws: one may fail alone. */
export async function setup(project: TestProject): Promise<void> {
  const cache = cacheFolder();
  mkdirSync(join(cache, 'logs'), { recursive: true });
  const [dynamoDb, mini, kinesis] = await Promise.all([
    start(dynamoDbLocal, cache),
    start(miniStack, cache),
    start(kinesisLocal, cache),
  ]);
  project.provide('emulators', { dynamoDbLocal: dynamoDb, miniStack: mini, kinesisLocal: kinesis });
}

export async function teardown(): Promise<void> {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
}

async function start(emulator: Emulator, cache: string): Promise<EmulatorState> {
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
    const reason = error instanceof Error ? error.message : String(error);
    const kind = error instanceof CannotRunError ? 'skipped' : 'failed';
    console.log(`${name} is left out: ${reason}`);
    return { kind, name, reason };
  }
}

function seconds(fromMs: number, toMs = performance.now()): string {
  return `${((toMs - fromMs) / 1_000).toFixed(1)} s`;
}
