import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openCompression } from '../../lambdas/consume-events/compression.ts';
import { consumeBatch } from '../../lambdas/consume-events/consume-batch.ts';
import type { StreamBatch } from '../../lambdas/ports/stream.ts';
import { openLake } from '../../local/lake.ts';
import { type LakeStores, openLakeStores } from '../../local/lake-stores.ts';
import { LocalStream } from '../../local/local-stream.ts';
import { DEFAULT_CONFIG } from '../../simulator/config.ts';
import { simulate } from '../../simulator/simulate.ts';
import { createTruth } from '../../simulator/truth/create-truth.ts';
import { MemoryTelemetry } from '../fakes/telemetry.ts';
import { cli, event, purchase, tempFolder } from './cli-process.ts';
import { hashEmail, LakeUnderTest } from './lake-under-test.ts';
import { stoppedClock } from './stopped-clock.ts';

const { folder, remove } = tempFolder();
afterAll(remove);

const SETTINGS = { claimTtlMs: 8 * 86_400_000, compression: openCompression({ codec: 'gzip', level: 1 }) };

/** Lands the first records beyond each shard's position, and crashes before the position moves. */
async function landAndCrash(
  stream: LocalStream,
  stores: LakeStores,
  { length, dedup }: { readonly length: number; readonly dedup: 'owner' | 'ledger' },
): Promise<number> {
  const positions = stream.positions('consume-events');
  let landed = 0;
  for (const { shardId } of stream.shards()) {
    const afterSequence = positions.get(shardId) ?? null;
    const records = stream.read({ shardId, afterSequence, limit: length, maxBytes: 1e9 });
    const batch: StreamBatch = { shardId, records };
    const claims = dedup === 'owner' ? stores.claims : null;
    await consumeBatch(batch, { ...stores, claims, telemetry: new MemoryTelemetry() }, SETTINGS);
    landed += records.length;
  }
  return landed;
}

describe('a batch that landed before a crash and is cut anew', () => {
  const lake = path.join(folder, 'lake');
  const LINES = [
    event(1),
    purchase(2),
    event(3),
    'no event',
    event(1),
    event(4, { event_time: '2026-02-20T10:00:00Z', sent_time: '2026-03-01T10:00:00Z' }),
    event(5),
    event(6),
  ];

  it('counts once in what run and status print, and its copies are named', async () => {
    await cli(['send', '-', '--lake', lake, '--arrival', 'sent-time', '--quiet'], {
      stdin: LINES.join('\n'),
    });
    const stream = new LocalStream({ file: openLake(lake).streamFile, clock: stoppedClock });
    const stores = await openLakeStores(openLake(lake), stoppedClock);
    const landed = await landAndCrash(stream, stores, { length: 5, dedup: 'owner' });
    stream.close();
    stores.close();

    const run = await cli(['run', '--lake', lake, '--quiet']);
    const forced = await cli(['build', '--force', '--lake', lake, '--quiet', '--json']);
    const status = await cli(['status', '--lake', lake, '--json']);
    const text = await cli(['status', '--lake', lake]);

    expect(landed).toBeGreaterThan(4);
    expect(run.code).toBe(0);
    expect(run.stdout).toContain(
      '  received 8 = accepted 6 + duplicate 1 + quarantined 1  (closes)\n' +
        '  accepted 6 = staged 5 + too late 1 + collapsed 0  (closes)\n' +
        `  redelivered ${landed}: `,
    );
    expect(JSON.parse(forced.stdout).run).toMatchObject({
      rows_changed: 0,
      reconciliation: { received: 8, redelivered: landed },
    });
    expect(JSON.parse(status.stdout).events).toMatchObject({
      received: 8,
      accepted: 6,
      duplicate: 1,
      quarantined: 1,
      quarantine_reasons: { not_json: 1 },
      redelivered: landed,
    });
    expect(text.stdout).toMatch(new RegExp(`given again +${landed} copies after a crash`));
  });
});

/** Odd lengths, so that the cuts after a crash match none before it. */
const CRASHES = [137, 61, 211];

describe.each(['owner', 'ledger'] as const)('a shop with every fault, in mode %s', (dedup) => {
  it('is reconciled with what its simulator knows, however its batches were cut', async () => {
    const truth = createTruth({ store: [], hashEmail });
    const records = simulate({ ...DEFAULT_CONFIG, visitors: 60 }).map((record) => {
      truth.observe(record);
      return record;
    });
    const lake = await LakeUnderTest.create();
    await lake.put(records);
    let again = 0;
    for (const length of CRASHES) again += await landAndCrash(lake.stream, lake.stores, { length, dedup });
    await lake.drain(100, dedup);

    const run = await lake.run();
    lake.close();

    const { totals } = truth.finish();
    const { received, accepted, duplicate, quarantined, collapsed, conflicts, ...counts } =
      run.reconciliation ?? expect.unreachable();
    expect(run.status).toBe('succeeded');
    expect(received).toBe(totals.received);
    expect(counts).toEqual({
      staged: totals.staged,
      tooLate: totals.tooLate,
      setAside: 0,
      redelivered: again,
      orphaned: 0,
    });
    expect(accepted + duplicate + quarantined).toBe(received);
    expect(counts.staged + counts.tooLate + collapsed + conflicts).toBe(accepted);
    // What the claims would have refused, staging finds when it compares the copies.
    expect(quarantined + conflicts).toBe(totals.quarantined);
  });
});

it('a position set into the middle of a batch: the run still counts each record once', async () => {
  const lake = await LakeUnderTest.create();
  const data = (n: number) => new TextEncoder().encode(event(n));
  await lake.put(Array.from({ length: 15 }, (_, index) => ({ partitionKey: 'd', data: data(index) })));
  await landAndCrash(lake.stream, lake.stores, { length: 10, dedup: 'owner' });
  for (const { shardId, lastSequence } of lake.stream.shards()) {
    if (lastSequence !== null) lake.stream.savePosition('consume-events', shardId, '5');
  }
  await landAndCrash(lake.stream, lake.stores, { length: 10, dedup: 'owner' });

  const { reconciliation } = await lake.run();
  lake.close();

  expect(reconciliation).toMatchObject({ received: 15, accepted: 15, collapsed: 0, redelivered: 5 });
});
