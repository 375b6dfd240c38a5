import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVENT_HISTORY } from '../../lambdas/domain/datasets/event-history.ts';
import type { RunRecord } from '../../lambdas/run-lake/run-record.ts';
import { readModels } from '../../local/model-files.ts';
import { DEFAULT_CONFIG, NO_FAULTS } from '../../simulator/config.ts';
import { simulate } from '../../simulator/simulate.ts';
import { LakeUnderTest } from './lake-under-test.ts';

/** Months after the history: on the stream all of it would be too late. */
const SLOT = '2026-11-20T00:00:00.000Z';
const HOUR_MS = 3_600_000;

interface Recorded {
  readonly text: string;
  readonly record: {
    readonly partitionKey: string;
    readonly data: Uint8Array;
    readonly arrivalTimeMs?: number;
  };
}

/** Without faults, each event arriving when it happened. */
const HISTORY: readonly Recorded[] = [
  ...simulate({
    ...DEFAULT_CONFIG,
    seed: 5,
    visitors: 120,
    days: 40,
    start: '2026-04-20',
    faults: NO_FAULTS,
  }),
].map((simulated) => {
  const text = Buffer.from(simulated.data).toString('utf8');
  const arrivalTimeMs = Math.floor(Date.parse(JSON.parse(text).event_time));
  return { text, record: { ...simulated, arrivalTimeMs } };
});
/** These come by the stream in each lake, so that each has the same watermark. */
const FROM_MS = Date.parse('2026-05-25T00:00:00Z');
const OLD = HISTORY.filter(
  ({ record }) => record.arrivalTimeMs !== undefined && record.arrivalTimeMs < FROM_MS,
);
const NEW = HISTORY.filter((each) => !OLD.includes(each));

const NDJSON = `${OLD.map(({ text }) => text).join('\n')}\n`;

/** The same as a spreadsheet would have it: a column a field, the list of items as text. */
function csvOf(lines: readonly string[], separator: string): string {
  const names = EVENT_HISTORY.columns.map((column) => column.name).toReversed();
  const rows = lines.map((line) => {
    const event: Record<string, unknown> = JSON.parse(line);
    return names.map((name) => csvCell(event[name])).join(separator);
  });
  return `\uFEFF${[names.join(separator), ...rows].join('\r\n')}`;
}

function csvCell(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return `"${text.replaceAll('"', '""')}"`;
}

const lakes: LakeUnderTest[] = [];
let streamed: LakeUnderTest;
let fromJson: LakeUnderTest;
let fromCsv: LakeUnderTest;
const runs: RunRecord[] = [];

async function lakeOf(records: readonly Recorded[], files: readonly [string, Uint8Array][]) {
  const lake = await LakeUnderTest.create();
  lakes.push(lake);
  await lake.put(records.map(({ record }) => record));
  await lake.drain();
  for (const [name, bytes] of files) {
    const report = await lake.bring(name, bytes, SLOT);
    if (report.outcome !== 'landed' || report.bad > 0) throw new Error(JSON.stringify(report));
  }
  runs.push(await lake.run());
  return lake;
}

beforeAll(async () => {
  const half = Math.floor(OLD.length / 2);
  const texts = OLD.map(({ text }) => text);
  streamed = await lakeOf(HISTORY, []);
  fromJson = await lakeOf(NEW, [['history.ndjson.gz', gzipSync(NDJSON)]]);
  fromCsv = await lakeOf(NEW, [
    // Ten rows stand in both files: staging folds them.
    ['second.csv', Buffer.from(csvOf(texts.slice(half - 10), ';'))],
    ['first.csv', zstdCompressSync(csvOf(texts.slice(0, half), '\t'))],
  ]);
}, 120_000);

afterAll(() => {
  for (const lake of lakes) lake.close();
});

const CURATED = readModels().models.filter(
  (model) => model.kind === 'table' && model.file.startsWith('curated/'),
);

/** A file has one arrival, the stream one a record; nothing else may differ. */
const ARRIVALS = ['arrival_time', 'updated_at'];
/** No store API, no refund without its order. */
const EMPTY = ['dim_product', 'unallocated_net'];

describe('a history that comes as files', () => {
  it('is long, and most of it is in the files', () => {
    expect(OLD.length).toBeGreaterThan(1_000);
    expect(NEW.length).toBeGreaterThan(100);
    expect(CURATED.length).toBeGreaterThan(15);
  });

  it('balances, and no check of severity error finds a row', () => {
    for (const run of runs) {
      expect(run.status).toBe('succeeded');
      expect(run.checks.filter(({ severity, badRows }) => severity === 'error' && badRows > 0)).toEqual([]);
      expect(run.reconciliation).toMatchObject({ tooLate: 0, quarantined: 0 });
    }
    expect(runs[1]?.reconciliation).toMatchObject({ received: NEW.length, staged: NEW.length });
    expect(runs[1]?.watermarkMs).toBe(runs[0]?.watermarkMs);
  });

  it.each(CURATED.map((model) => model.name))('%s is the same as by the stream', async (name) => {
    const columns = CURATED.find((model) => model.name === name)?.columns.map((column) => column.name) ?? [];
    const compared = columns.filter((column) => !ARRIVALS.includes(column));
    const sql = `select ${compared.map((column) => `"${column}"`).join(', ')} from ${name} order by all`;

    const expected = await streamed.rows(sql);

    expect(await fromJson.rows(sql)).toEqual(expected);
    expect(await fromCsv.rows(sql)).toEqual(expected);
    if (!EMPTY.includes(name)) expect(expected.length).toBeGreaterThan(0);
  });

  it('is never late, and says where each event stands in its file', async () => {
    const [row] = await fromCsv.rows(`select min(lateness_s) as least, max(lateness_s) as most,
      min(arrival_time) as arrival, count(*) as events, min(cast(sequence_number as bigint)) as first
      from stg_events where starts_with(shard_id, 'file-')`);

    expect(row).toMatchObject({ least: 0, most: 0, arrival: '2026-11-20 00:00:00.000000', first: 2 });
    expect(row?.events).toBe(OLD.length);
    expect(await fromCsv.rows('stg_late_events')).toEqual([]);
  });

  it('is no work twice: the same files again change no row', async () => {
    const again = await fromJson.bring('renamed.ndjson.gz', gzipSync(NDJSON), SLOT);
    const run = await fromJson.run();

    expect(again).toMatchObject({ outcome: 'skipped', detail: expect.stringContaining('history.ndjson.gz') });
    expect(
      run.models.reduce((sum, { inserted, updated, deleted }) => sum + inserted + updated + deleted, 0),
    ).toBe(0);
    expect(
      await fromJson.rows(`select file_name, received from ledger where source = 'file_events' order by 1`),
    ).toEqual([
      { file_name: 'history.ndjson.gz', received: OLD.length },
      { file_name: 'renamed.ndjson.gz', received: 0 },
    ]);
  });

  it('an event of a file that the stream brought too counts once; other content is a conflict', async () => {
    const [first, second] = NEW;
    if (first === undefined || second === undefined) throw new Error('no events');
    const changed = { ...JSON.parse(second.text), country: 'CA', channel: 'other' };
    const before = await fromJson.rows('select count(*) as n from stg_events');

    await fromJson.bring('overlap.ndjson', Buffer.from(`${first.text}\n${JSON.stringify(changed)}\n`), SLOT);
    const run = await fromJson.run();

    expect(run.status).toBe('succeeded');
    expect(await fromJson.rows('select count(*) as n from stg_events')).toEqual(before);
    expect(await fromJson.rows('select sequence_number from stg_id_conflicts')).toEqual([
      { sequence_number: '2' },
    ]);
    expect(run.reconciliation).toMatchObject({ received: NEW.length, staged: NEW.length, conflicts: 0 });
  });

  it('is bounded by what can be history: neither before 1995 nor after its slot', async () => {
    const [event] = NEW;
    const at = (time: string) => JSON.stringify({ ...JSON.parse(event?.text ?? ''), event_time: time });
    const times = [
      '1994-12-31T23:59:59.999999Z',
      '1995-01-01T00:00:00Z',
      new Date(Date.parse(SLOT) + HOUR_MS).toISOString(),
      new Date(Date.parse(SLOT) + HOUR_MS + 1).toISOString(),
    ];

    const report = await fromJson.bring('edges.ndjson', Buffer.from(times.map(at).join('\n')), SLOT);

    expect(report).toMatchObject({ outcome: 'refused', bad: 2, badReasons: { clock_skew: 2 } });
    expect(report.badRows.map(({ line }) => line)).toEqual([1, 4]);
  });
});
