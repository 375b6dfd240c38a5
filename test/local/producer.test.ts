import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventStream, OutgoingRecord, PutResult } from '../../lambdas/ports/stream.ts';
import { sizeOf } from '../../lambdas/ports/stream-limits.ts';
import { type ProduceOptions, produce } from '../../local/producer.ts';
import { failureOf } from './failure-of.ts';

const MIB = 1_048_576;

/** A stream in memory whose `refuses` decides, call by call and record by record. */
class StubStream implements EventStream {
  readonly calls: (readonly OutgoingRecord[])[] = [];
  readonly accepted: OutgoingRecord[] = [];
  readonly #refuses: (call: number, index: number, record: OutgoingRecord) => string | null;

  constructor(refuses: (call: number, index: number, record: OutgoingRecord) => string | null = () => null) {
    this.#refuses = refuses;
  }

  async put(records: readonly OutgoingRecord[]): Promise<readonly PutResult[]> {
    this.calls.push(records);
    return records.map((record, index): PutResult => {
      const errorCode = this.#refuses(this.calls.length, index, record);
      if (errorCode !== null) return { kind: 'refused', errorCode, message: 'no' };
      this.accepted.push(record);
      return { kind: 'accepted', shardId: 's', sequenceNumber: String(this.accepted.length) };
    });
  }
}

const THROTTLED = 'ProvisionedThroughputExceededException';

function record(partitionKey: string, text = ''): OutgoingRecord {
  return { partitionKey, data: new TextEncoder().encode(text) };
}

function textOf(sent: OutgoingRecord): string {
  return `${sent.partitionKey}${Buffer.from(sent.data)}`;
}

function produced(
  stream: EventStream,
  records: ProduceOptions['records'],
  options: Partial<ProduceOptions> = {},
) {
  const delaysMs: number[] = [];
  const wait = async (delayMs: number) => {
    delaysMs.push(delayMs);
  };
  const backoff = { baseMs: 100, capMs: 400, wait, random: () => 0.5 };
  return produce({ stream, records, backoff, ...options }).then((counts) => ({ counts, delaysMs }));
}

describe('calls', () => {
  it('hold at most 500 records', async () => {
    const stream = new StubStream();

    const { counts } = await produced(
      stream,
      Array.from({ length: 1_001 }, (_, index) => record('k', `${index}`)),
    );

    expect(stream.calls.map((call) => call.length)).toEqual([500, 500, 1]);
    expect(counts).toMatchObject({ accepted: 1_001, rejected: 0, unsent: 0, calls: 3, resent: 0 });
  });

  it('hold at most 10 MiB of data and keys', async () => {
    const stream = new StubStream();
    const large = { partitionKey: 'k', data: new Uint8Array(MIB - 1) };

    await produced(stream, [...Array.from({ length: 10 }, () => large), record('k'), large]);

    expect(stream.calls.map((call) => call.length)).toEqual([10, 2]);
    expect(stream.calls[0]?.reduce((sum, sent) => sum + sizeOf(sent), 0)).toBe(10 * MIB);
  });

  it('none are made for an empty input', async () => {
    const stream = new StubStream();

    const { counts } = await produced(stream, []);

    expect(stream.calls).toHaveLength(0);
    expect(counts).toMatchObject({ accepted: 0, calls: 0 });
  });

  it('an input of any length is taken one call ahead of the stream, no further', async () => {
    let taken = 0;
    const stream = new StubStream();
    let furthest = 0;
    async function* endless() {
      for (; taken < 5_000; taken += 1) {
        furthest = Math.max(furthest, taken - stream.accepted.length);
        yield record('k');
      }
    }

    await produced(stream, endless());

    expect(furthest).toBeLessThanOrEqual(500);
  });
});

describe('refusals', () => {
  it('fault 1: only what a call refused is sent again, before anything later', async () => {
    const stream = new StubStream((call, index) => (call === 1 && index % 2 === 1 ? THROTTLED : null));
    const records = Array.from({ length: 502 }, (_, index) => record(`${index}`));

    const { counts, delaysMs } = await produced(stream, records);

    expect(stream.calls.map((call) => call.length)).toEqual([500, 250, 2]);
    expect(stream.calls[1]?.map((sent) => sent.partitionKey)).toEqual(
      Array.from({ length: 250 }, (_, index) => `${2 * index + 1}`),
    );
    expect(counts).toMatchObject({ accepted: 502, resent: 250 });
    expect(delaysMs).toEqual([25]);
  });

  it('fault 2: delays grow with full jitter to the cap while nothing is accepted, and end after 10 calls', async () => {
    const stream = new StubStream((call) => (call > 1 ? THROTTLED : null));
    const records = Array.from({ length: 501 }, () => record('k'));
    const delaysMs: number[] = [];
    const wait = async (delayMs: number) => {
      delaysMs.push(delayMs);
    };

    const error = await failureOf(
      produced(stream, records, { backoff: { baseMs: 100, capMs: 400, wait, random: () => 0.5 } }),
    );

    expect(delaysMs).toEqual([50, 100, 200, 200, 200, 200, 200, 200, 200]);
    expect(error).toMatchObject({ name: 'StreamUnavailableError', counts: { accepted: 500, unsent: 1 } });
    expect(String(error)).toContain(THROTTLED);
  });

  it('a record that would be refused again is named by its place and left out', async () => {
    const stream = new StubStream((_, __, sent) =>
      sent.partitionKey === 'odd' ? 'KMSDisabledException' : null,
    );
    const rejected: string[] = [];

    const { counts } = await produced(
      stream,
      [record('a'), { partitionKey: 'k', data: new Uint8Array(MIB) }, record('odd'), record('b')],
      { onRejected: (index, refusal) => rejected.push(`${index} ${refusal.errorCode}`) },
    );

    expect(rejected.sort()).toEqual(['1 InvalidArgumentException', '2 KMSDisabledException']);
    expect(stream.accepted.map(textOf)).toEqual(['a', 'b']);
    expect(counts).toMatchObject({ accepted: 2, rejected: 2, unsent: 0 });
  });

  it('a record of 20 MiB does not break the call that it would have been in', async () => {
    const stream = new StubStream();

    const { counts } = await produced(stream, [
      record('a'),
      { partitionKey: 'k', data: new Uint8Array(20 * MIB) },
      record('b'),
    ]);

    expect(counts).toMatchObject({ accepted: 2, rejected: 1 });
    expect(stream.calls).toHaveLength(1);
  });

  it('fault 2: whatever a stream refuses for a while, all is accepted once, in order per key', async () => {
    const input = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 60 });
    const refusals = fc.array(fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }), { maxLength: 12 });

    await fc.assert(
      fc.asyncProperty(input, refusals, async (keys, plan) => {
        const stream = new StubStream((call, index) => {
          const row = plan[call - 1];
          return row?.[index % row.length] === true ? THROTTLED : null;
        });
        const records = keys.map((key, index) => record(key, ` ${index}`));

        const { counts } = await produced(stream, records, { isStrictlyOrdered: true, maxAttempts: 20 });

        expect(counts).toMatchObject({ accepted: keys.length, unsent: 0 });
        expect(stream.accepted.map(textOf).sort()).toEqual(records.map(textOf).sort());
        for (const key of new Set(keys)) {
          const own = (sent: OutgoingRecord) => sent.partitionKey === key;
          expect(stream.accepted.filter(own)).toEqual(records.filter(own));
        }
      }),
    );
  });

  it('fault 3: a stream that fails ends the producer with its error, and progress has told what is safe', async () => {
    const stream = new StubStream((call) => {
      if (call === 2) throw new Error('the line is cut');
      return null;
    });
    const seen: number[] = [];
    const records = Array.from({ length: 700 }, () => record('k'));

    const error = await failureOf(
      produced(stream, records, { onProgress: (counts) => seen.push(counts.accepted) }),
    );

    expect(String(error)).toContain('the line is cut');
    expect(seen).toEqual([500]);
  });
});

describe('abort', () => {
  it('takes no further record, sends what was taken, and counts what is acknowledged', async () => {
    const stream = new StubStream();
    const controller = new AbortController();
    let taken = 0;
    async function* endless() {
      for (;;) {
        taken += 1;
        if (taken === 700) controller.abort();
        yield record('k');
      }
    }

    const { counts } = await produced(stream, endless(), { signal: controller.signal });

    expect(taken).toBe(700);
    expect(counts).toMatchObject({ accepted: 700, unsent: 0 });
  });

  it('does not wait for a stream that refuses; what is not acknowledged is counted, and nothing overtakes it', async () => {
    const controller = new AbortController();
    const stream = new StubStream((call, index) => {
      if (call === 1) controller.abort();
      return index === 0 ? THROTTLED : null;
    });
    const records = Array.from({ length: 600 }, (_, index) => record('k', `${index}`));

    const { counts, delaysMs } = await produced(stream, records, { signal: controller.signal });

    expect(delaysMs).toEqual([]);
    expect(stream.calls).toHaveLength(1);
    expect(counts).toMatchObject({ accepted: 499, unsent: 2 });
  });
});
