import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { type DuckDbEngine, type DuckDbOptions, openDuckDb } from '../../local/duckdb-engine.ts';

export interface DuckDbUnderTest {
  /** Of this test alone; gone after it. */
  readonly folder: string;
  /** Opens an engine, in memory unless told otherwise; closed after the test. */
  open(options?: Partial<DuckDbOptions>): Promise<DuckDbEngine>;
}

/** A folder and engines for each test of the file that calls it. */
export function duckDbUnderTest(): DuckDbUnderTest {
  let folder = '';
  let engines: DuckDbEngine[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millpond-duckdb-'));
    engines = [];
  });

  afterEach(() => {
    for (const engine of engines) engine.close();
    rmSync(folder, { recursive: true });
  });

  return {
    get folder() {
      return folder;
    },
    async open(options = {}) {
      const engine = await openDuckDb({ file: ':memory:', threads: 1, ...options });
      engines.push(engine);
      return engine;
    },
  };
}

/** The first row of the answer. */
export async function rowOf(engine: DuckDbEngine, sql: string) {
  return (await engine.query(sql)).rows[0];
}
