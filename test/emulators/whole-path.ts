import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { KinesisStreamReader } from '../../lambdas/aws/kinesis-stream-reader.ts';
import { compareSequences } from '../../lambdas/domain/ledger.ts';
import { ledgerTotals } from '../../lambdas/domain/ledger-totals.ts';
import { sometimes } from '../contract/network-faults.ts';
import type { ServicePlace } from '../lambdas/aws/aws-subjects.ts';
import { faultProxy } from '../lambdas/aws/fault-proxy.ts';
import { openLoopback } from '../lambdas/aws/loopback-server.ts';
import { eventId, visit } from '../lambdas/consume-events/consumer-world.ts';
import { type LakeOnMiniStack, openLakeOnMiniStack } from './lake-on-ministack.ts';
import { drainInto, type Handler } from './mapped-consumer.ts';
import { StreamOnEmulator } from './stream-on-emulator.ts';

const EVENTS = 230;
const COPIES = 20;
const POISON = 7;
const SHARDS = 2;

/** Fresh events, each twentieth a poison record, the first ones sent again at the end under another key. */
function whatWasSent(): readonly { readonly key: string; readonly text: string }[] {
  // The emulator stamps the arrival by its own clock, and an event must not lie 400 days before that.
  const event_time = new Date().toISOString();
  const event = (n: number) => JSON.stringify(visit(n, { event_time, anonymous_id: `device-${n % 17}` }));
  const events = Array.from({ length: EVENTS }, (_, n) => ({ key: `device-${n % 17}`, text: event(n) }));
  const poison = Array.from({ length: POISON }, (_, n) => ({ key: `device-${n}`, text: `{"no end": ${n}` }));
  const copies = Array.from({ length: COPIES }, (_, n) => ({ key: `copy-${n}`, text: event(n) }));
  return [...events.slice(0, 100), ...poison, ...events.slice(100), ...copies];
}

/** The consumer's own handler, with its settings, as a new execution environment would load it. */
async function loadHandler(lake: LakeOnMiniStack, place: ServicePlace): Promise<Handler> {
  vi.resetModules();
  Object.assign(process.env, {
    ...lake.variables,
    // Powertools then writes to the console that vitest keeps quiet, and not past it.
    POWERTOOLS_DEV: 'true',
    AWS_ENDPOINT_URL: place.endpoint,
    AWS_REGION: place.region,
    AWS_ACCESS_KEY_ID: place.credentials?.accessKeyId,
    AWS_SECRET_ACCESS_KEY: place.credentials?.secretAccessKey,
  });
  const { handler } = await import('../../lambdas/consume-events/handler.ts');
  return handler;
}

/** Stream to objects, claims and ledger: the stream at one place, the lake at another. */
export function wholePath(
  name: string,
  places: { readonly stream: ServicePlace; readonly lake: ServicePlace },
): void {
  describe(`the whole path from ${name}`, () => {
    let stream: StreamOnEmulator;
    let lake: LakeOnMiniStack;
    let handler: Handler;

    beforeAll(async () => {
      stream = await StreamOnEmulator.create(places.stream, SHARDS);
      await stream.put(whatWasSent());
    });
    afterAll(() => stream.close());
    beforeEach(async () => {
      lake = await openLakeOnMiniStack(places.lake);
      handler = await loadHandler(lake, places.lake);
      return () => lake.close();
    });

    async function expectAllLandedOnce(): Promise<void> {
      const totals = ledgerTotals(await lake.ledger.rows());
      expect(totals).toMatchObject({
        received: EVENTS + COPIES + POISON,
        accepted: EVENTS,
        duplicate: COPIES,
        quarantined: POISON,
        dedupBypassed: 0,
      });
      const raw = await lake.lines('raw/');
      const ids = new Set(raw.map((line) => line.event_id));
      expect([...ids].sort()).toEqual(Array.from({ length: EVENTS }, (_, n) => eventId(n)));
      const places = new Set(raw.map((line) => `${line._shard_id}#${line._sequence_number}`));
      expect(places.size).toBe(EVENTS);
    }

    it('each event lands once, copies and poison beside it, and the counts say so', async () => {
      await drainInto(handler, stream, { batchSize: 40 });

      await expectAllLandedOnce();
      expect(await lake.lines('raw/')).toHaveLength(EVENTS);
      expect(await lake.lines('duplicates/')).toHaveLength(COPIES);
      expect(await lake.lines('quarantine/')).toHaveLength(POISON);
    });

    it('each shard has the checkpoint of its last record', async () => {
      await drainInto(handler, stream, { batchSize: 40 });

      const ends = await Promise.all(
        (await stream.shards()).map(async ({ shardId }) => {
          const last = (await stream.records(shardId)).at(-1);
          return {
            source: 'events',
            shardId,
            sequence: last?.sequenceNumber,
            arrivalTimeMs: last?.arrivalTimeMs,
          };
        }),
      );
      const found = [...(await lake.ledger.checkpoints())];
      expect(found.sort((left, right) => (left.shardId < right.shardId ? -1 : 1))).toEqual(ends);
    });

    it('faults 12, 16, 23: batches whose answer was lost come again in halves and count once', async () => {
      const batches = await drainInto(handler, stream, {
        batchSize: 40,
        isAnswerLost: (invocation) => invocation % 3 === 0,
      });

      expect(batches.length).toBeGreaterThan(10);
      await expectAllLandedOnce();
    });

    it('faults 20, 26: two consumers of one stream at once, cut differently, land each event once', async () => {
      await Promise.all([
        drainInto(handler, stream, { batchSize: 40 }),
        drainInto(handler, stream, { batchSize: 33 }),
      ]);

      await expectAllLandedOnce();
    });

    it('faults 15, 16, 18, 19: on a line where each sixth request goes wrong no event is lost, and the counts balance', async () => {
      const faults = [
        'error',
        'throttled',
        'throttled in part',
        'lost request',
        'lost answer',
        'cut answer',
      ] as const;
      const proxy = await openLoopback(faultProxy(places.lake.endpoint, sometimes(faults, 1 / 6, 7)));
      onTestFinished(() => proxy.close());
      handler = await loadHandler(lake, { ...places.lake, endpoint: proxy.url });

      await drainInto(handler, stream, { batchSize: 40 });

      const totals = ledgerTotals(await lake.ledger.rows());
      expect(totals.received).toBe(EVENTS + COPIES + POISON);
      expect(totals.accepted + totals.duplicate + totals.quarantined).toBe(totals.received);
      expect(totals.quarantined).toBe(POISON);
      // Claims fail open: a copy may then be accepted, and is counted as unclaimed.
      expect(totals.accepted - EVENTS).toBeLessThanOrEqual(totals.dedupBypassed);
      const raw = await lake.lines('raw/');
      expect(new Set(raw.map((line) => line.event_id)).size).toBe(EVENTS);
    });

    it('a second drain writes no object and no row anew', async () => {
      await drainInto(handler, stream, { batchSize: 40 });
      const keys = await Array.fromAsync(lake.objects.list(''));
      const rows = await lake.ledger.rows();

      await drainInto(handler, stream, { batchSize: 40 });

      expect(await Array.fromAsync(lake.objects.list(''))).toEqual(keys);
      expect(await lake.ledger.rows()).toEqual(rows);
    });

    it('the records of a ledger row can be read again from the stream', async () => {
      const [batch] = await drainInto(handler, stream, { batchSize: 40 });
      const records = batch?.records ?? [];
      const reader = new KinesisStreamReader({ client: stream.client, streamName: stream.name });

      const pages = await Array.fromAsync(
        reader.readRange({
          shardId: batch?.shardId ?? '',
          firstSequence: records[3]?.sequenceNumber ?? '',
          lastSequence: records[20]?.sequenceNumber ?? '',
        }),
      );

      const sequences = pages.flat().map(({ sequenceNumber }) => sequenceNumber);
      expect(sequences).toEqual(records.slice(3, 21).map(({ sequenceNumber }) => sequenceNumber));
      expect([...sequences].sort(compareSequences)).toEqual(sequences);
    });
  });
}
