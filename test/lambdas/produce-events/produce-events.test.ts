import { describe, expect, it } from 'vitest';
import type { EventStream, OutgoingRecord } from '../../../lambdas/ports/stream.ts';
import { sizeOf } from '../../../lambdas/ports/stream-limits.ts';
import { type ProduceOptions, produceEvents } from '../../../lambdas/produce-events/produce-events.ts';
import { failureOf } from '../../local/failure-of.ts';
import { record, StubStream, THROTTLED, textOf } from './stub-streams.ts';
import { VirtualTimers } from './virtual-timers.ts';

const MIB = 1_048_576;

/** Produces one group, with dice that show a half. */
async function produced(
  stream: EventStream,
  records: readonly OutgoingRecord[],
  options: Partial<ProduceOptions> = {},
) {
  const timers = new VirtualTimers();
  const backoff = { baseMs: 100, capMs: 400, timers, random: { next: () => 0.5 } };
  const counts = await produceEvents({ stream, groups: [records], backoff, lingerMs: 7, ...options });
  const delaysMs = timers.delaysMs.filter((delayMs) => delayMs !== 7);
  return { counts, delaysMs, timers };
}

function recordsOf(count: number, keyOf: (index: number) => string = String): OutgoingRecord[] {
  return Array.from({ length: count }, (_, index) => record(keyOf(index), ` ${index}`));
}

describe.each([
  [true, 8],
  [false, 1],
])('calls to a stream that keeps their order: %s (%i at once)', (keepsCallOrder, callsAtOnce) => {
  const first = 500 * callsAtOnce;

  it('hold at most 500 records', async () => {
    const stream = new StubStream(() => null, { keepsCallOrder });

    const { counts } = await produced(stream, recordsOf(1_001));

    expect(stream.calls.map((call) => call.length)).toEqual([500, 500, 1]);
    expect(counts).toMatchObject({ accepted: 1_001, acceptedRecords: 1_001, rejected: 0, unsent: 0 });
    expect(counts).toMatchObject({ calls: 3, resentRecords: 0 });
  });

  it('hold at most 10 MiB of data and keys', async () => {
    const stream = new StubStream(() => null, { keepsCallOrder });
    const large = Array.from({ length: 11 }, (_, index) => ({
      partitionKey: String.fromCharCode(97 + index),
      data: new Uint8Array(MIB - 1),
    }));

    await produced(stream, [...large.slice(0, 10), record('z'), ...large.slice(10)]);

    expect(stream.calls.map((call) => call.length)).toEqual([10, 2]);
    expect(stream.calls[0]?.reduce((sum, sent) => sum + sizeOf(sent), 0)).toBe(10 * MIB);
  });

  it('none are made for an empty input', async () => {
    const stream = new StubStream(() => null, { keepsCallOrder });

    const { counts } = await produced(stream, []);

    expect(stream.calls).toHaveLength(0);
    expect(counts).toMatchObject({ accepted: 0, calls: 0 });
  });

  it('fault 1: only what a call refused is sent again, and all of it', async () => {
    const refuses = (call: number, place: number) => (call === 1 && place % 2 === 1 ? THROTTLED : null);
    const stream = new StubStream(refuses, { keepsCallOrder });

    const { counts } = await produced(stream, recordsOf(502));

    const again = stream.calls
      .slice(1)
      .flat()
      .map((sent) => sent.partitionKey)
      .filter((key) => Number(key) < 500);
    expect(again.sort()).toEqual(Array.from({ length: 250 }, (_, index) => `${2 * index + 1}`).sort());
    expect(counts).toMatchObject({ accepted: 502, resentRecords: 250 });
  });

  it('fault 2: delays grow with full jitter to the cap while nothing is accepted, and end after 10 calls', async () => {
    const stream = new StubStream((call) => (call > callsAtOnce ? THROTTLED : null), { keepsCallOrder });
    const timers = new VirtualTimers();
    const backoff = { baseMs: 100, capMs: 400, timers, random: { next: () => 0.5 } };
    const unsent: string[] = [];

    const error = await failureOf(
      produceEvents({
        stream,
        groups: [recordsOf(first + 1)],
        backoff,
        lingerMs: 7,
        onUnsent: (left) => unsent.push(left.partitionKey),
      }),
    );

    const delaysMs = timers.delaysMs.filter((delayMs) => delayMs !== 7);
    expect(delaysMs.slice(0, 9)).toEqual([50, 100, 200, 200, 200, 200, 200, 200, 200]);
    expect(stream.calls).toHaveLength(callsAtOnce + 10);
    expect(error).toMatchObject({
      name: 'StreamUnavailableError',
      counts: { accepted: first, unsent: 1 },
    });
    expect(String(error)).toContain(THROTTLED);
    expect(unsent).toEqual([String(first)]);
    expect(timers.size).toBe(0);
  });

  it('a record that would be refused again is handed back and left out', async () => {
    const refuses = (_: number, __: number, sent: OutgoingRecord) =>
      sent.partitionKey === 'odd' ? 'KMSDisabledException' : null;
    const stream = new StubStream(refuses, { keepsCallOrder });
    const rejected: string[] = [];

    const { counts } = await produced(
      stream,
      [record('a'), { partitionKey: 'k', data: new Uint8Array(20 * MIB) }, record('odd'), record('b')],
      { onRejected: (sent, refusal) => rejected.push(`${sent.partitionKey} ${refusal.errorCode}`) },
    );

    expect(rejected.sort()).toEqual(['k InvalidArgumentException', 'odd KMSDisabledException']);
    expect(stream.accepted.map(textOf)).toEqual(['a', 'b']);
    expect(counts).toMatchObject({ accepted: 2, rejected: 2, unsent: 0, calls: 1 });
  });

  it('a record without an answer is sent again', async () => {
    const whole = new StubStream(() => null, { keepsCallOrder });
    let calls = 0;
    const forgetful: EventStream = {
      keepsCallOrder,
      put: async (records) => {
        calls += 1;
        return (await whole.put(records)).slice(0, calls === 1 ? 1 : 2);
      },
    };

    const { counts } = await produced(forgetful, [record('a'), record('b')]);

    expect(whole.accepted.map(textOf)).toEqual(['a', 'b', 'b']);
    expect(counts).toMatchObject({ accepted: 2, resentRecords: 1 });
  });

  it('fault 3: a stream that fails ends the producer with its error; what is not acknowledged is named', async () => {
    const refuses = (call: number) => {
      if (call > callsAtOnce) throw new Error('the line is cut');
      return null;
    };
    const stream = new StubStream(refuses, { keepsCallOrder });
    const seen: number[] = [];
    const unsent: string[] = [];

    const error = await failureOf(
      produced(stream, recordsOf(first + 700), {
        onProgress: (counts) => seen.push(counts.accepted),
        onUnsent: (sent) => unsent.push(sent.partitionKey),
      }),
    );

    expect(String(error)).toContain('the line is cut');
    expect(seen).toEqual([first]);
    expect(unsent).toEqual(Array.from({ length: 700 }, (_, index) => String(first + index)));
  });
});

describe('memory', () => {
  it('holds eight calls of an endless input, where the stream keeps the order', async () => {
    expect(await furthestAhead(new StubStream(() => null, { keepsCallOrder: true }))).toBe(3_900);
  });

  it('holds 10,000 records of one key, where it does not', async () => {
    expect(await furthestAhead(new StubStream())).toBe(9_999);
  });

  async function furthestAhead(stream: StubStream): Promise<number> {
    let taken = 0;
    let furthest = 0;
    async function* groups() {
      for (; taken < 12_000; taken += 100) {
        furthest = Math.max(furthest, taken - stream.accepted.length);
        yield Array.from({ length: 100 }, () => record('k'));
      }
    }
    await produceEvents({ stream, groups: groups(), lingerMs: 1_000 });
    return furthest;
  }

  it('a waiting record does not keep the larger block of which it is a part', async () => {
    const stream = new StubStream();
    const block = new Uint8Array(MIB);

    await produced(stream, [{ partitionKey: 'k', data: block.subarray(0, 10) }]);

    expect(stream.accepted[0]?.data.buffer.byteLength).toBe(10);
  });
});

describe('a slow input', () => {
  it('does not hold back what it has brought', async () => {
    const stream = new StubStream();
    const timers = new VirtualTimers();
    const acceptedThen: number[] = [];
    async function* groups() {
      yield [record('a'), record('b')];
      await timers.pause(100);
      acceptedThen.push(stream.accepted.length);
      yield [record('c')];
    }

    const backoff = { baseMs: 1, capMs: 1, timers, random: { next: () => 0 } };
    await produceEvents({ stream, groups: groups(), backoff, aggregate: { maxBytes: 1_000 } });

    expect(acceptedThen).toEqual([2]);
    expect(stream.accepted).toHaveLength(3);
  });
});

describe.each([true, false])('abort, with calls in order: %s', (keepsCallOrder) => {
  it('takes no further group, sends what was taken, and counts what is acknowledged', async () => {
    const stream = new StubStream(() => null, { keepsCallOrder });
    const controller = new AbortController();
    let taken = 0;
    async function* endless() {
      for (;;) {
        taken += 1;
        if (taken === 700) controller.abort();
        yield [record(String(taken % 7))];
      }
    }

    const counts = await produceEvents({ stream, groups: endless(), signal: controller.signal });

    expect(taken).toBe(700);
    expect(counts).toMatchObject({ accepted: 700, unsent: 0 });
  });

  it('does not wait for a stream that refuses; what is not acknowledged is named, and nothing overtakes it', async () => {
    const controller = new AbortController();
    const refuses = (call: number, _: number, sent: OutgoingRecord) => {
      if (call === 1) controller.abort();
      return sent.partitionKey === '0' ? THROTTLED : null;
    };
    const stream = new StubStream(refuses, { keepsCallOrder });
    const unsent: string[] = [];

    const { counts, timers } = await produced(stream, [...recordsOf(600), record('0', ' later')], {
      signal: controller.signal,
      onUnsent: (sent) => unsent.push(textOf(sent)),
    });

    expect(timers.nowMs).toBe(0);
    expect(counts).toMatchObject({ accepted: 599, unsent: 2 });
    expect(unsent).toEqual(['0 0', '0 later']);
  });

  it('ends a wait', async () => {
    const controller = new AbortController();
    const stream = new StubStream(() => THROTTLED, { keepsCallOrder });
    const timers = { after: () => () => {} };
    const backoff = { baseMs: 100, capMs: 400, timers, random: { next: () => 0.5 } };

    const working = produceEvents({
      stream,
      groups: [[record('a')]],
      backoff,
      signal: controller.signal,
    });
    await new Promise(setImmediate);
    controller.abort();

    expect(await working).toMatchObject({ accepted: 0, unsent: 1, calls: 2 });
  });
});
