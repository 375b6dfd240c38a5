import { consumeBatch } from '../../../lambdas/consume-events/consume-batch.ts';
import { type DrainCounts, drain } from '../../event-source-mapping.ts';
import type { LakeStores } from '../../lake-stores.ts';
import { EVENTS_CONSUMER } from '../../lake-stream.ts';
import type { LocalStream } from '../../local-stream.ts';
import type { CommandContext } from '../context.ts';
import { formatCount } from '../progress.ts';
import { CountingTelemetry } from '../reporter-telemetry.ts';

/** Longer than the stream's retention (7 days) and the longest replay together. */
const CLAIM_TTL_MS = 8 * 86_400_000;
/** Speed over size: a laptop's lake is small, and level 1 takes a third of the time of level 6. */
const COMPRESSION_LEVEL = 1;

/** What the drain of the stream brought. */
export interface DrainReport extends DrainCounts {
  readonly seconds: number;
}

/** Lands all that waits in the stream; on Ctrl-C it ends after the batch in hand. Old consumed records go. */
export async function consumeStream(
  context: CommandContext,
  stores: LakeStores,
  stream: LocalStream,
): Promise<DrainReport> {
  const telemetry = new CountingTelemetry();
  const dependencies = { objects: stores.objects, claims: stores.claims, ledger: stores.ledger, telemetry };
  const settings = { claimTtlMs: CLAIM_TTL_MS, compressionLevel: COMPRESSION_LEVEL };
  const total = stream.waitingRecords(stream.positions(EVENTS_CONSUMER));
  const startMs = context.clock.nowMs();
  const step = context.reporter.step('Landing', { unit: 'records', total });
  const counts = await drain({
    stream,
    consumer: EVENTS_CONSUMER,
    consume: async (batch) => {
      await consumeBatch(batch, dependencies, settings);
      return null;
    },
    onProgress: (progress) => step.update(progress.records),
    signal: context.interrupt.signal,
  });
  if (total > 0) step.end();
  const bypassed = telemetry.counted('DedupBypassed');
  if (bypassed > 0) {
    context.reporter.warn(
      `${formatCount(bypassed)} records were accepted without a claim; staging folds their copies.`,
    );
  }
  if (!counts.isAborted) stream.applyRetention();
  return { ...counts, seconds: (context.clock.nowMs() - startMs) / 1000 };
}
