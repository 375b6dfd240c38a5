import type { RejectionReason } from '../../../lambdas/domain/events/rejection.ts';
import type { Random } from '../../../simulator/random.ts';
import type { RecentEvents } from './recent-events.ts';

/** Where an event must land, known to whoever made it. */
export type Fate = 'accepted' | 'duplicate' | RejectionReason;

/** One event of a record. */
export interface Expected {
  readonly fate: Fate;
  /** What of the record's bytes must be kept of it: a line, trimmed, when the record holds several events. */
  readonly body: Uint8Array;
  /** Of a duplicate: the coordinates of the record that has its claim. */
  readonly owner?: string;
}

/** A record as some producer may send it, and the fate of each event in it. */
export interface HostileRecord {
  readonly data: Uint8Array;
  readonly expected: readonly Expected[];
}

/** What a family makes its next record of. */
export interface Draw {
  readonly random: Random;
  readonly arrivalTimeMs: number;
  /** The coordinates of the record that is being made. */
  readonly owner: string;
  readonly recent: RecentEvents;
  /** An event_id that no other event has. */
  nextId(): string;
}

/** Makes one kind of trouble; equal draws give equal records. */
export type Family = (draw: Draw) => HostileRecord;

const encoder = new TextEncoder();

export function bytesOf(text: string): Uint8Array {
  return encoder.encode(text);
}

/** A record that holds one event, and of which all bytes are kept. */
export function single(content: string | Uint8Array, fate: Fate): HostileRecord {
  const data = typeof content === 'string' ? bytesOf(content) : content;
  return { data, expected: [{ fate, body: data }] };
}
