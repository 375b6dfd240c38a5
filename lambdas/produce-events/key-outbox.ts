import { hash } from 'node:crypto';
import { MAX_BYTES_PER_CALL, MAX_RECORDS_PER_CALL } from '../ports/stream-limits.ts';
import { type Backoff, Lane } from './lane.ts';
import type { Outbox, Parcel } from './outbox.ts';
import { WakeUp } from './wake-up.ts';

const MAX_PARCELS = 10_000;
const MAX_BYTES = 32 * 1_048_576;
/** A shard is a range of the hash space, so a lane of a 64th of it lies in one shard, or in two neighbours. */
const LANES = 64;

/** All that waits under one partition key, in order. Only its head may be in a call. */
interface KeyQueue {
  readonly key: string;
  readonly parcels: Parcel[];
  readonly lane: KeyLane;
}

interface KeyLane {
  readonly pace: Lane;
  /** Queues that wait with the lane. */
  readonly held: Set<KeyQueue>;
}

/**
 * For a stream that may accept the later of two records of a call and refuse the earlier, as Kinesis does: a call
 * carries at most one parcel of a key, and the next one of the key follows when that one is acknowledged. What a call
 * refuses holds back its lane, a part of the hash space, while all other lanes go on: a hot shard is paced, its
 * neighbours are not, and no record gets another key.
 */
export class KeyOutbox implements Outbox {
  readonly #lanes: readonly KeyLane[];
  readonly #queues = new Map<string, KeyQueue>();
  /** Queues whose head may go now; whoever waits longest is first. */
  readonly #ready = new Set<KeyQueue>();
  readonly #wakeUp = new WakeUp();
  #readyBytes = 0;
  #size = 0;
  #bytes = 0;
  #call: readonly KeyQueue[] = [];
  #isHurried = false;

  constructor(backoff: Backoff) {
    this.#lanes = Array.from({ length: LANES }, () => {
      const lane: KeyLane = { pace: new Lane(backoff, () => this.#open(lane)), held: new Set() };
      return lane;
    });
  }

  get size(): number {
    return this.#size;
  }

  get isReady(): boolean {
    return this.#ready.size > 0;
  }

  get hasFullCall(): boolean {
    return this.#ready.size >= MAX_RECORDS_PER_CALL || this.#readyBytes >= MAX_BYTES_PER_CALL;
  }

  get isFull(): boolean {
    return this.#size >= MAX_PARCELS || this.#bytes >= MAX_BYTES;
  }

  add(parcel: Parcel): void {
    // The bytes may be a part of something far larger, which would stay in memory as long as they wait.
    const record = { ...parcel.record, data: new Uint8Array(parcel.record.data) };
    const queue = this.#queueOf(record.partitionKey);
    queue.parcels.push({ ...parcel, record });
    this.#size += 1;
    this.#bytes += parcel.bytes;
    if (queue.parcels.length === 1) this.#offer(queue);
  }

  take(): readonly (readonly Parcel[])[] {
    const queues: KeyQueue[] = [];
    const parcels: Parcel[] = [];
    let bytes = 0;
    for (const queue of this.#ready) {
      const [head] = queue.parcels;
      if (head === undefined) continue;
      bytes += head.bytes;
      if (parcels.length === MAX_RECORDS_PER_CALL || bytes > MAX_BYTES_PER_CALL) break;
      this.#ready.delete(queue);
      this.#readyBytes -= head.bytes;
      queues.push(queue);
      parcels.push(head);
    }
    this.#call = queues;
    return [parcels];
  }

  settle(refused: ReadonlySet<Parcel>): number {
    const call = this.#call;
    this.#call = [];
    const isRefused = ({ parcels: [head] }: KeyQueue) => head !== undefined && refused.has(head);
    const held = new Set(call.filter(isRefused));
    const fruitless = this.#isHurried ? 0 : settleLanes(call, held);
    for (const queue of call) {
      if (!held.has(queue)) this.#acknowledge(queue);
      if (!(held.has(queue) && this.#isHurried)) this.#offer(queue);
    }
    return fruitless;
  }

  async whenReady(signal?: AbortSignal): Promise<void> {
    if (!this.isReady) await this.#wakeUp.sleep(signal);
  }

  hurry(): void {
    this.#isHurried = true;
    for (const lane of this.#lanes) {
      lane.pace.close();
      this.#open(lane);
    }
  }

  rest(): readonly Parcel[] {
    return [...this.#queues.values()].flatMap((queue) => queue.parcels);
  }

  close(): void {
    for (const lane of this.#lanes) lane.pace.close();
  }

  #queueOf(key: string): KeyQueue {
    const known = this.#queues.get(key);
    if (known !== undefined) return known;
    const lane = this.#lanes[laneIndexOf(key)];
    if (lane === undefined) throw new RangeError(`there is no lane for the key ${key}`);
    const queue: KeyQueue = { key, parcels: [], lane };
    this.#queues.set(key, queue);
    return queue;
  }

  #acknowledge(queue: KeyQueue): void {
    const head = queue.parcels.shift();
    if (head === undefined) return;
    this.#size -= 1;
    this.#bytes -= head.bytes;
    if (queue.parcels.length === 0) this.#queues.delete(queue.key);
  }

  /** Its head may go, now or when its lane opens. */
  #offer(queue: KeyQueue): void {
    const [head] = queue.parcels;
    if (head === undefined) return;
    if (queue.lane.pace.isWaiting) {
      queue.lane.held.add(queue);
      return;
    }
    this.#ready.add(queue);
    this.#readyBytes += head.bytes;
  }

  #open(lane: KeyLane): void {
    const held = [...lane.held];
    lane.held.clear();
    for (const queue of held) this.#offer(queue);
    this.#wakeUp.call();
  }
}

/** Tells each lane of a call what became of it; returns the most fruitless calls in a row. */
function settleLanes(call: readonly KeyQueue[], refused: ReadonlySet<KeyQueue>): number {
  const outcomes = new Map<KeyLane, { accepted: number; refused: number }>();
  for (const queue of call) {
    const outcome = outcomes.get(queue.lane) ?? { accepted: 0, refused: 0 };
    outcome[refused.has(queue) ? 'refused' : 'accepted'] += 1;
    outcomes.set(queue.lane, outcome);
  }
  return Math.max(0, ...[...outcomes].map(([lane, outcome]) => lane.pace.settle(outcome)));
}

/** The first six bits of the MD5 of the key, by which Kinesis chooses the shard. */
function laneIndexOf(key: string): number {
  return Number.parseInt(hash('md5', key, 'hex').slice(0, 2), 16) >> 2;
}
