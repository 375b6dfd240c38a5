import type { StreamRecord } from '../../../lambdas/ports/stream.ts';
import type { FailurePlace } from '../../../lambdas/redrive-failures/failure-store.ts';
import {
  type RedriveOptions,
  type RedriveReport,
  redriveFailures,
} from '../../../lambdas/redrive-failures/redrive-failures.ts';
import { failureObject } from '../../../local/event-source-mapping/failure-record.ts';
import { MemoryObjectStore } from '../../fakes/object-store.ts';
import { MemoryStreamReader } from '../../fakes/stream-reader.ts';
import { batchOf, ConsumerWorld, SETTINGS } from '../consume-events/consumer-world.ts';
import { ARRIVAL_MS } from '../domain/events/sample-events.ts';

const NAMES = {
  mappingId: 'aaaaaaaa-0000-4000-8000-000000000000',
  functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:consume',
  streamArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/events',
  region: 'us-east-1',
  roleArn: 'arn:aws:iam::000000000000:role/consume',
};

/** The consumer's stores, and beside them a failure destination. */
export class RedriveWorld extends ConsumerWorld {
  readonly failures: FailurePlace = {
    objects: new MemoryObjectStore(),
    prefix: 'aws/',
    marks: 'redriven/aws/',
  };
  readonly stream = new MemoryStreamReader();

  /** Puts the records where a mapping would that gives them up; gives the key. */
  async discard(records: readonly StreamRecord[]): Promise<string> {
    const discarded = {
      batch: batchOf(records),
      condition: 'RetryAttemptsExhausted',
      invocations: 3,
      discardedAtMs: ARRIVAL_MS,
    } as const;
    const { key, body } = failureObject('', discarded, NAMES);
    await this.failures.objects.putIfAbsent(key, body);
    return key;
  }

  /** The same, as a queue would be told: without the payload. */
  async discardPositions(records: readonly StreamRecord[]): Promise<string> {
    return this.#rewritten(records, (failure) => {
      const { payload: _, ...rest } = failure;
      return JSON.stringify(rest);
    });
  }

  /** A failure whose payload was changed on the way. */
  async discardSpoiled(
    records: readonly StreamRecord[],
    spoil: (payload: { Records: { eventID: string; kinesis: Record<string, unknown> }[] }) => unknown,
  ): Promise<string> {
    return this.#rewritten(records, (failure) =>
      JSON.stringify({ ...failure, payload: JSON.stringify(spoil(JSON.parse(String(failure.payload)))) }),
    );
  }

  async #rewritten(
    records: readonly StreamRecord[],
    change: (failure: Record<string, unknown>) => string,
  ): Promise<string> {
    const source = new RedriveWorld();
    const key = await source.discard(records);
    const body = await source.failures.objects.get(key);
    const failure = JSON.parse(Buffer.from(body ?? []).toString('utf8'));
    await this.putFailure(key, change(failure));
    return key;
  }

  async putFailure(key: string, body: string | Uint8Array): Promise<void> {
    await this.failures.objects.putIfAbsent(key, Buffer.from(body));
  }

  redrive(options: Partial<RedriveOptions> = {}): Promise<RedriveReport> {
    const defaults = { settings: SETTINGS, sinceMs: null, shardId: null, isDryRun: false };
    return redriveFailures(this, { ...defaults, ...options });
  }

  /** Keys and bytes of what landed, and the ledger. */
  state(): unknown {
    return { objects: [...this.objects.objects], ledger: [...this.ledger.stored.values()] };
  }
}
