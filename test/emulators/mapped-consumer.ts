import type { Context, KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import type { StreamBatch } from '../../lambdas/ports/stream.ts';
import { invocationEventText } from '../../local/event-source-mapping/invocation-event.ts';
import type { InvocationOutcome } from '../../local/event-source-mapping/invocation-outcome.ts';
import { mappingSettings } from '../../local/event-source-mapping/mapping-settings.ts';
import { ShardMapping } from '../../local/event-source-mapping/shard-mapping.ts';
import { readableShards } from '../../local/event-source-mapping/shard-order.ts';
import { lambdaContext } from '../lambdas/runtime/lambda-events.ts';
import type { StreamOnEmulator } from './stream-on-emulator.ts';

export type Handler = (event: KinesisStreamEvent, context: Context) => Promise<KinesisStreamBatchResponse>;

const NAMES = {
  mappingId: '00000000-0000-4000-8000-000000000001',
  functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:consume-events',
  streamArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/events',
  region: 'us-east-1',
  roleArn: 'arn:aws:iam::000000000000:role/consumer',
};

/** Lambda would go on for a day. */
const MAX_INVOCATIONS = 200;

export interface DrainOptions {
  readonly batchSize: number;
  /** Whether the mapping never hears of the n-th invocation, from 0, although the function did its work. */
  readonly isAnswerLost?: (invocation: number) => boolean;
}

/**
 * Gives all that a stream holds to the consumer's handler, as Lambda's mapping does: shard after shard with parents
 * first, in batches of one shard, a failed one again in halves. Returns the batches, in the order of their calls.
 */
export async function drainInto(
  handler: Handler,
  stream: StreamOnEmulator,
  { batchSize, isAnswerLost = () => false }: DrainOptions,
): Promise<readonly StreamBatch[]> {
  const settings = mappingSettings({
    batchSize,
    bisectBatchOnFunctionError: true,
    reportBatchItemFailures: true,
  });
  const batches: StreamBatch[] = [];
  const drained = new Set<string>();
  const shards = await stream.shards();

  async function invoke(batch: StreamBatch): Promise<InvocationOutcome> {
    const isLost = isAnswerLost(batches.length);
    batches.push(batch);
    try {
      const response = await handler(JSON.parse(invocationEventText(batch, NAMES)), lambdaContext(300_000));
      if (isLost) return { kind: 'failed', error: new Error('the answer was lost') };
      return { kind: 'returned', response };
    } catch (error) {
      if (batches.length > MAX_INVOCATIONS) throw error;
      return { kind: 'failed', error };
    }
  }

  while (drained.size < shards.length) {
    const [shard] = readableShards(shards, ({ shardId }) => drained.has(shardId));
    if (shard === undefined) throw new Error('shards wait for each other');
    const { shardId } = shard;
    const mapping = new ShardMapping({ shardId, settings, position: null, pause: () => 0 });
    mapping.take(await stream.records(shardId), 0);
    mapping.flush();
    while (!mapping.isIdle) {
      for (const action of mapping.actions(Number.MAX_SAFE_INTEGER)) {
        if (action.kind === 'discard') throw new Error('nothing is to be given up');
        mapping.settleInvocation(action.id, await invoke(action.batch), 0);
      }
    }
    drained.add(shardId);
  }
  return batches;
}
