import { MS_PER_DAY } from '../../../lambdas/domain/time.ts';
import { produceEvents } from '../../../lambdas/produce-events/produce-events.ts';
import type { SimulationConfig } from '../../../simulator/config.ts';
import { CATALOGUE_DATA } from '../../../simulator/fakestore/data.ts';
import { startFakeStore } from '../../../simulator/fakestore/start-fakestore.ts';
import type { FaultKind, SimulatedRecord } from '../../../simulator/shop-event.ts';
import { simulate } from '../../../simulator/simulate.ts';
import { createTruth, type TruthTotals } from '../../../simulator/truth/create-truth.ts';
import { type Lake, openOrCreateLake, recreateDemoLake } from '../../lake.ts';
import { openLakeStores } from '../../lake-stores.ts';
import { openLakeStream } from '../../lake-stream.ts';
import type { CommandContext } from '../context.ts';
import { CommandError } from '../errors.ts';
import { describeSource, ingestSource } from '../ingest-source.ts';
import { holdingLake } from '../lake-lease.ts';
import { pacedGroups } from '../simulate/paced.ts';

/** What went into the lake, as the simulator knows it. */
export interface PlayedShop {
  readonly records: number;
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  readonly truth: TruthTotals;
}

/** An empty lake of the demo's own, once nobody else works on the one that it may replace. */
export async function emptyDemoLake(context: CommandContext, waitS: number): Promise<Lake> {
  const nowMs = context.clock.nowMs();
  const { lake } = openOrCreateLake(context.lakeFolder, { madeBy: 'demo', nowMs });
  if (lake.madeBy === 'demo') {
    const stores = await openLakeStores(lake, context.clock);
    try {
      await holdingLake(context, stores.leases, { command: 'demo', waitS }, async () => undefined);
    } finally {
      stores.close();
    }
  }
  return recreateDemoLake(context.lakeFolder, nowMs);
}

/** Sends a simulated shop's records to the lake's stream and takes a snapshot of its store API, a stand-in. */
export async function playShop(
  context: CommandContext,
  lake: Lake,
  config: SimulationConfig,
): Promise<PlayedShop> {
  const slotMs = Date.parse(`${config.start}T00:00:00Z`) + config.days * MS_PER_DAY;
  const truth = createTruth({ store: [{ slot: new Date(slotMs).toISOString(), ...CATALOGUE_DATA }] });
  const faults: Partial<Record<FaultKind, number>> = {};
  const note = (record: SimulatedRecord): SimulatedRecord => {
    truth.observe(record);
    for (const fault of record.faults) faults[fault] = (faults[fault] ?? 0) + 1;
    return record;
  };
  const records = await send(context, lake, simulate(config).map(note));
  context.interrupt.check();
  await takeSnapshot(context, lake, slotMs);
  return { records, faults, truth: truth.finish().totals };
}

const AT_ONCE = { ratePerS: null, speed: null };

async function send(
  context: CommandContext,
  lake: Lake,
  records: Iterable<SimulatedRecord>,
): Promise<number> {
  const stream = openLakeStream(lake, context.clock);
  const step = context.reporter.step('Simulating and sending', { unit: 'records' });
  try {
    const { signal } = context.interrupt;
    const { accepted } = await produceEvents({
      stream,
      groups: pacedGroups({ records, pace: AT_ONCE, clock: context.clock, signal }),
      signal,
      onProgress: (counts) => step.update(counts.accepted),
    });
    step.end();
    return accepted;
  } finally {
    stream.close();
  }
}

/** The stand-in lives in this process and ends with it, so the lake is not given it as a source. */
async function takeSnapshot(context: CommandContext, lake: Lake, slotMs: number): Promise<void> {
  const store = await startFakeStore();
  const stores = await openLakeStores(lake, context.clock);
  try {
    const source = { name: 'FakeStore stand-in', kind: 'fakestore' as const, baseUrl: store.url };
    const report = await ingestSource(context, stores, source, { slotMs });
    context.reporter.info(describeSource(report));
    if (report.hasFailed) {
      throw new CommandError('source_failed', `The stand-in did not deliver: ${describeSource(report)}.`);
    }
  } finally {
    stores.close();
    await store.close();
  }
}
