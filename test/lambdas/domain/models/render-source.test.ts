import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Column } from '../../../../lambdas/domain/models/model.ts';
import {
  objectsPrefix,
  renderInserts,
  renderObjectsSource,
} from '../../../../lambdas/domain/models/render-source.ts';
import { openDuckDb } from '../../../../local/duckdb-engine.ts';

function varchars(...names: readonly string[]): readonly Column[] {
  return names.map((name) => ({ name, type: 'varchar', isNullable: true, meaning: 'M.' }));
}

const EVENTS = {
  name: 'raw_events',
  columns: varchars('event_id', 'event_type', '$path', 'ingest_date', 'ingest_hour'),
};
const USERS = { name: 'raw_fakestore_users', columns: varchars('id', 'ingest_date') };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millpond-source-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

async function read(
  lake: string,
  source: typeof EVENTS,
  patterns?: readonly string[],
): Promise<readonly unknown[]> {
  const engine = await openDuckDb({ file: ':memory:', searchFolder: lake });
  try {
    const whole = [`${objectsPrefix(source.name)}**/*.ndjson.*`];
    const target = { dialect: 'duckdb', warehouse: '', objectsRoot: 'objects/' } as const;
    await engine.execute(renderObjectsSource(source, { ...target, patterns: patterns ?? whole }));
    return (await engine.query(`select * from ${source.name} order by 1`)).rows;
  } finally {
    engine.close();
  }
}

function put(lake: string, key: string, ...lines: readonly string[]): string {
  const file = join(lake, 'objects', key);
  mkdirSync(join(file, '..'), { recursive: true });
  const body = lines.map((line) => `${line}\n`).join('');
  writeFileSync(file, key.endsWith('.zst') ? zstdCompressSync(body) : gzipSync(body));
  return file;
}

describe('the view of a raw zone', () => {
  test('takes date and hour of its own folders, whatever folders lie above the lake', async () => {
    const lake = join(folder, 'event_type=x', 'ingest_date=1999-01-01', 'lake');
    const key = 'raw/events/ingest_date=2026-03-01/ingest_hour=07/a.ndjson.gz';
    const file = put(lake, key, '{"event_id":"e1","event_type":"search","more":{"a":[1]}}', '{broken');

    expect(await read(lake, EVENTS)).toEqual([
      ['e1', 'search', file, '2026-03-01', '07'],
      [null, null, file, '2026-03-01', '07'],
    ]);
  });

  test('of a dataset without hours has none', async () => {
    put(folder, 'raw/fakestore_users/ingest_date=2026-03-01/a.ndjson.gz', '{"id":1}');

    expect(await read(folder, USERS)).toEqual([['1', '2026-03-01']]);
  });

  test('reads both compressions, one beside the other', async () => {
    put(folder, 'raw/fakestore_users/ingest_date=2026-03-01/a.ndjson.gz', '{"id":1}');
    put(folder, 'raw/fakestore_users/ingest_date=2026-03-02/b.ndjson.zst', '{"id":2}');

    expect(await read(folder, USERS)).toEqual([
      ['1', '2026-03-01'],
      ['2', '2026-03-02'],
    ]);
  });

  test('fault 35: does not open an object that its patterns leave out', async () => {
    put(folder, 'raw/fakestore_users/ingest_date=2026-03-01/a.ndjson.gz', '{"id":1}');
    writeFileSync(put(folder, 'raw/fakestore_users/ingest_date=2026-03-01/b.ndjson.gz'), 'no gzip');
    put(folder, 'raw/fakestore_users/ingest_date=2026-03-02/c.ndjson.gz', '{"id":3}');

    await expect(read(folder, USERS)).rejects.toThrow('GZIP');
    expect(
      await read(folder, USERS, [
        'raw/fakestore_users/ingest_date=2026-03-01/a.ndjson.gz',
        'raw/fakestore_users/ingest_date=2026-03-02/*.ndjson.*',
      ]),
    ).toEqual([
      ['1', '2026-03-01'],
      ['3', '2026-03-02'],
    ]);
  });

  test('has no rows when no object has landed', async () => {
    expect(await read(folder, EVENTS, [])).toEqual([]);
  });

  test('lies where its zone and dataset do', () => {
    expect(objectsPrefix('raw_fakestore_carts')).toBe('raw/fakestore_carts/');
    expect(objectsPrefix('raw_quarantine')).toBe('quarantine/events/');
  });

  test('is an external table with projected partitions on Athena', () => {
    const target = { dialect: 'athena', warehouse: '', objectsRoot: 's3://raw/', patterns: [] } as const;
    const events = renderObjectsSource(EVENTS, target);
    const users = renderObjectsSource(USERS, target);

    expect(events).toContain('partitioned by (ingest_date string, ingest_hour string)');
    expect(events).toContain("location 's3://raw/raw/events/'");
    expect(events).not.toContain('$path');
    expect(users).toContain('partitioned by (ingest_date string)');
    expect(users).not.toContain('ingest_hour');
  });
});

describe('rows of a source', () => {
  test('go into statements that stay below the limit of text', () => {
    const source = { name: 'ledger', columns: varchars('ledger_id', 'objects') };
    const rows = Array.from({ length: 100 }, (_, index) => [`l${index}`, 'x'.repeat(10_000)]);

    const statements = renderInserts(source, rows);

    expect(statements.length).toBe(6);
    expect(Math.max(...statements.map((statement) => statement.length))).toBeLessThan(262_144);
    expect(statements.join('').split("('l").length - 1).toBe(100);
  });
});
