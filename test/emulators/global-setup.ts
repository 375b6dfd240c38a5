import type { TestProject } from 'vitest/node';
import { dynamoDbLocal } from './dynamodb-local.ts';
import type { EmulatorState } from './emulator.ts';
import { kinesisLocal } from './kinesis-local.ts';
import { miniStack } from './ministack.ts';
import { startEmulator, stopEmulators } from './start-emulator.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly emulators: Readonly<Record<EmulatorName, EmulatorState>>;
  }
}

export type EmulatorName = 'dynamoDbLocal' | 'miniStack' | 'kinesisLocal';

/** Starts all emulators side by side and tells the tests where they answer. */
export async function setup(project: TestProject): Promise<void> {
  const [dynamoDb, mini, kinesis] = await Promise.all([
    startEmulator(dynamoDbLocal),
    startEmulator(miniStack),
    startEmulator(kinesisLocal),
  ]);
  project.provide('emulators', { dynamoDbLocal: dynamoDb, miniStack: mini, kinesisLocal: kinesis });
}

export const teardown = stopEmulators;
