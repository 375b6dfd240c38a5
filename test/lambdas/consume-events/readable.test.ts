import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCompression } from '../../../lambdas/consume-events/compression.ts';
import { CONTRACT_FIELDS, EVENT_SCHEMAS } from '../../../lambdas/domain/events/contract.ts';
import { decimalText, toUnits } from '../../../lambdas/domain/events/money.ts';
import { anyEvent, oddText } from '../domain/events/generate-events.ts';
import { check } from '../domain/events/sample-events.ts';
import { batchOf, ConsumerWorld, eventId, recordAt, SETTINGS } from './consumer-world.ts';

/** Contract fields that hold whole numbers, on any type; `1.0` and `1e0` are whole, as JSON has one kind of number. */
const INTEGER_FIELDS: ReadonlySet<string> = new Set([
  'schema_version',
  'quantity',
  'engaged_time_ms',
  'impressions',
  'clicks',
  'viewing_time_ms',
]);

/** Contract fields that hold money. */
const MONEY_FIELDS: ReadonlySet<string> = new Set([
  'unit_price',
  'discount',
  'shipping',
  'tax',
  'amount',
  'cost',
]);

const QUARANTINE_FIELDS = ['reason', 'detail', 'event_id', 'encoding', 'body'];
const COORDINATES = ['_arrival_time', '_shard_id', '_sequence_number'];

let folder: string;
let world: ConsumerWorld;

/** Reads all objects of a zone as the lake does, but strictly: one line that is no JSON fails the query. */
async function readZone(
  zone: 'raw' | 'quarantine',
  fields: readonly string[],
): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const columns = fields.map((field) => `'${field}': 'VARCHAR'`).join(', ');
  // As staging reads them: by way of a double where the text has an exponent or a fraction.
  const numbers = fields.flatMap((field) => {
    const double = `try_cast(${field} as double)`;
    if (INTEGER_FIELDS.has(field)) return [`try_cast(${double} as bigint)::varchar as ${field}`];
    if (!MONEY_FIELDS.has(field)) return [];
    const money = `coalesce(try_cast(${field} as decimal(18,4)), try_cast(${double} as decimal(18,4)))`;
    return [`${money}::varchar as ${field}`];
  });
  const replace = numbers.length > 0 ? `replace (${numbers.join(', ')})` : '';
  const reader = await connection.runAndReadAll(`
    select * ${replace}
    from read_json('${folder}/${zone}-*', format = 'newline_delimited', columns = {${columns}},
                   maximum_object_size = 67108864)
    order by cast(_sequence_number as bigint)`);
  connection.closeSync();
  instance.closeSync();
  return reader.getRowObjectsJson();
}

/** As readZone: in order of their sequence numbers. */
function linesOf(zone: 'raw' | 'quarantine'): readonly Record<string, unknown>[] {
  return world
    .lines(zone)
    .sort((left, right) => Number(left._sequence_number) - Number(right._sequence_number));
}

/** A field's text as an engine must read it. */
function expectedText(field: string, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (MONEY_FIELDS.has(field) && (typeof value === 'string' || typeof value === 'number'))
    return decimalText(BigInt(toUnits(value) ?? -1));
  return INTEGER_FIELDS.has(field) ? String(value) : value;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millpond-readable-'));
  world = new ConsumerWorld();
  const events = fc.sample(fc.tuple(anyEvent, fc.nat(47)), { seed: 7, numRuns: 6_000 });
  const records = events.map(([event, style], n) => {
    const hasId = typeof event.event_id === 'string' && event.event_id.startsWith('0190');
    return recordAt(n + 1, oddText(hasId ? { ...event, event_id: eventId(n) } : event, style));
  });
  const half = Math.floor(records.length / 2);
  const gzip = openCompression({ codec: 'gzip', level: 1 });
  await world.consume(batchOf(records.slice(0, half)), { ...SETTINGS, compression: gzip });
  await world.consume(batchOf(records.slice(half)));
  for (const [number, key] of world.objects.keys().entries()) {
    const [zone] = key.split('/');
    writeFileSync(
      join(folder, `${zone}-${number}${key.slice(key.indexOf('.ndjson'))}`),
      world.objects.objects.get(key) ?? '',
    );
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what the consumer writes', () => {
  it('is read by DuckDB with the values that the contract saw, gzip and zstd in one view', async () => {
    const fields = [...CONTRACT_FIELDS].filter((field) => field !== 'items');

    const rows = await readZone('raw', [...COORDINATES, ...fields]);

    const lines = linesOf('raw');
    expect(lines.length).toBeGreaterThan(1_000);
    expect(rows).toHaveLength(lines.length);
    for (const [place, line] of lines.entries()) {
      const { _arrival_time, _shard_id, _sequence_number, ...sent } = line;
      const result = check(sent);
      if (result.kind === 'rejected') throw new Error(`raw holds what is refused: ${result.detail}`);
      const own = fields.filter((field) => Object.hasOwn(EVENT_SCHEMAS[result.eventType].shape, field));
      const expected = Object.fromEntries(own.map((field) => [field, expectedText(field, sent[field])]));
      expect(rows[place]).toMatchObject({ _arrival_time, _shard_id, _sequence_number, ...expected });
    }
  });

  it('is read by DuckDB in quarantine too, to the letter', async () => {
    const rows = await readZone('quarantine', [...COORDINATES, ...QUARANTINE_FIELDS]);

    const lines = linesOf('quarantine');
    expect(lines.length).toBeGreaterThan(1_000);
    expect(rows).toEqual(lines.map((line) => ({ event_id: null, ...line })));
  });
});
