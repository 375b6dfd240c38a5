import type { StoredLedgerRow } from '../lambdas/domain/ledger.ts';
import { textLiteral } from '../lambdas/domain/models/literal.ts';
import type { Model } from '../lambdas/domain/models/model.ts';
import { identifier } from '../lambdas/domain/models/render-table.ts';
import type { ObjectStore } from '../lambdas/ports/object-store.ts';
import { loadSources } from '../lambdas/run-lake/load-sources.ts';
import { typedSelect } from '../lambdas/run-lake/make-anew.ts';
import { type DuckDbEngine, openDuckDb } from '../local/duckdb-engine.ts';
import { readModels } from '../local/model-files.ts';

/**
 * The yardstick of `send` and `run`, a program of its own: `node bench/bare-duckdb.ts EVENTS.ndjson LAKE.duckdb`.
 * DuckDB reads the events with its own read_json and fills every table with its model's SELECT: no stream, no zones, no
 * validation, no claims, no MERGE, no checks.
 */
const [eventsFile = '', databaseFile = ''] = process.argv.slice(2);

/** The ledger names one object, the file; nothing is written. */
const OBJECTS: ObjectStore = {
  putIfAbsent: async () => 'exists',
  get: async () => null,
  async *list() {},
  locationOf: () => eventsFile,
};
const LEDGER_ROW: StoredLedgerRow = {
  ledgerId: 'events/bare',
  source: 'events',
  origin: 'stream',
  recoveredFrom: null,
  shardId: 'shardId-000000000000',
  firstSequence: '1',
  lastSequence: '1',
  objects: [
    {
      kind: 'raw',
      key: 'bare',
      ingestDate: '2026-01-01',
      ingestHour: '00',
      sha256: '',
      records: 0,
      sizeBytes: 0,
      storedSha256: '',
    },
  ],
  received: 0,
  accepted: 0,
  duplicate: 0,
  quarantined: 0,
  quarantineReasons: {},
  dedupBypassed: 0,
  minEventTime: null,
  maxEventTime: null,
  minArrivalTime: '2026-01-01T00:00:00.000Z',
  maxArrivalTime: '2026-01-01T00:00:00.000Z',
  eventDates: [],
  countsByTypeAndMinute: {},
  orders: 0,
  revenueByCurrency: {},
  sessionSketch: '',
  stagedBy: null,
};

const engine = await openDuckDb({ file: databaseFile });
await build(engine);
engine.close();

async function build(duckDb: DuckDbEngine): Promise<void> {
  const models = readModels();
  await loadSources(
    { engine: duckDb, objects: OBJECTS, models },
    { objectsRoot: '', warehouse: '' },
    {
      runId: 'bare',
      rows: [LEDGER_ROW],
      notes: new Map(),
      admissions: [],
      mode: 'full',
      state: { watermarkMs: null, allowedLatenessMs: 3 * 86_400_000, reportingCurrency: 'USD' },
    },
  );
  for (const model of models.models) {
    if (model.name === 'raw_events') await duckDb.execute(readEvents(model));
    else if (model.kind === 'scratch') {
      if (model.isTouched) continue;
      await duckDb.execute(`create temporary table ${model.name} as ${typedSelect(model)}`);
    } else if (model.kind === 'table') {
      await duckDb.execute(`create table ${model.name} as ${typedSelect(model)}`);
    } else if (model.bodies !== null) {
      await duckDb.execute(`create temporary view ${model.name} as ${model.bodies.duckdb}`);
    }
  }
}

/** raw_events over the file itself: an event arrives when it happens, and stands alone in its record. */
function readEvents(model: Model): string {
  const given: Readonly<Record<string, string>> = {
    _arrival_time: 'event_time',
    _shard_id: "'shardId-000000000000'",
    _sequence_number: "'1'",
    _record_index: 'null::varchar',
    ingest_date: "'2026-01-01'",
    ingest_hour: "'00'",
    $path: textLiteral(eventsFile),
  };
  const read = model.columns.map(({ name }) => name).filter((name) => given[name] === undefined);
  const types = read.map((name) => `${textLiteral(name)}: 'VARCHAR'`).join(', ');
  const columns = model.columns.map(
    ({ name }) => `${given[name] ?? identifier(name)} as ${identifier(name)}`,
  );
  return `create or replace view raw_events as select ${columns.join(', ')}
from read_json(${textLiteral(eventsFile)}, format = 'newline_delimited', columns = {${types}})`;
}
