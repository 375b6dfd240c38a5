import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import type { EmulatorState } from '../emulators/emulator.ts';
import { startEmulator, stopEmulators } from '../emulators/start-emulator.ts';
import { trinoServer } from './trino-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** `warehouse`: the folder that the server calls `local:///`. */
    readonly trino: { readonly state: EmulatorState; readonly warehouse: string };
  }
}

let warehouse: string | undefined;

export async function setup(project: TestProject): Promise<void> {
  warehouse = mkdtempSync(join(tmpdir(), 'millpond-trino-'));
  project.provide('trino', { state: await startEmulator(trinoServer(warehouse)), warehouse });
}

export async function teardown(): Promise<void> {
  await stopEmulators();
  if (warehouse !== undefined) rmSync(warehouse, { recursive: true, force: true });
}
