import { compareSequences } from '../../../lambdas/domain/ledger.ts';
import { bodyText } from './consumer.ts';

/** One accepted copy of an event as a raw object holds it, under one ledger row that names the object. */
export interface Copy {
  readonly eventId: string;
  /** The typed known fields but sent_time, as one text: equal texts are equal contents. */
  readonly content: string;
  readonly eventTimeMs: number;
  readonly arrivalTimeMs: number;
  readonly shardId: string;
  readonly sequence: string;
  readonly index: number;
  readonly ledgerId: string;
}

/** What staging makes of all copies. */
export interface StagingTables {
  readonly staged: ReadonlyMap<string, Copy>;
  readonly tooLate: ReadonlyMap<string, Copy>;
  /** Copies that lost to one of equal content. */
  readonly collapsed: readonly Copy[];
  /** Copies that lost to one of other content, each place in the stream once. */
  readonly conflicts: readonly Copy[];
  /** All copies. */
  readonly accepted: number;
}

export type CopyOrder = (left: Copy, right: Copy) => number;

/** The total order of copies: arrival, shard, sequence as a number, index in the record, ledger row. */
export function totalOrder(left: Copy, right: Copy): number {
  return (
    left.arrivalTimeMs - right.arrivalTimeMs ||
    compareTexts(left.shardId, right.shardId) ||
    compareSequences(left.sequence, right.sequence) ||
    left.index - right.index ||
    compareTexts(left.ledgerId, right.ledgerId)
  );
}

/** The rules of staging in memory: the smallest copy of an id counts, and lateness is asked of it alone. */
export function stageCopies(
  copies: readonly Copy[],
  allowedLatenessMs: number,
  order: CopyOrder = totalOrder,
): StagingTables {
  const winners = new Map<string, Copy>();
  for (const copy of copies) {
    const best = winners.get(copy.eventId);
    if (best === undefined || order(copy, best) < 0) winners.set(copy.eventId, copy);
  }
  const staged = new Map<string, Copy>();
  const tooLate = new Map<string, Copy>();
  for (const [eventId, winner] of winners) {
    const isLate = winner.arrivalTimeMs - winner.eventTimeMs > allowedLatenessMs;
    (isLate ? tooLate : staged).set(eventId, winner);
  }
  const collapsed: Copy[] = [];
  const conflicts = new Map<string, Copy>();
  for (const copy of copies) {
    const winner = winners.get(copy.eventId);
    if (copy === winner) continue;
    const place = placeOf(copy);
    if (copy.content === winner?.content || conflicts.has(place)) collapsed.push(copy);
    else conflicts.set(place, copy);
  }
  return { staged, tooLate, collapsed, conflicts: [...conflicts.values()], accepted: copies.length };
}

/** A place in the stream; equal places are one event that the stream gave again. */
export function placeOf({ shardId, sequence, index }: Pick<Copy, 'shardId' | 'sequence' | 'index'>): string {
  return `${shardId}#${sequence}#${index}`;
}

/** The line of an object, every member a text. */
export type Line = Readonly<Record<string, string>>;

/** Reads each object once: objects never change (the checker sees to that). */
export class ObjectReader {
  readonly #lines = new WeakMap<Uint8Array, readonly Line[]>();
  readonly #copies = new Map<string, readonly Copy[]>();

  /** The copies of a raw object under one row that names it. */
  copiesOf(bytes: Uint8Array, key: string, ledgerId: string): readonly Copy[] {
    const name = `${ledgerId} ${key}`;
    let copies = this.#copies.get(name);
    if (copies === undefined) {
      copies = this.linesOf(bytes).map((line) => copyOf(line, ledgerId));
      this.#copies.set(name, copies);
    }
    return copies;
  }

  linesOf(bytes: Uint8Array): readonly Line[] {
    let lines = this.#lines.get(bytes);
    if (lines === undefined) {
      lines = bodyText(bytes)
        .split('\n')
        .filter((line) => line !== '')
        .map((line): Line => JSON.parse(line));
      this.#lines.set(bytes, lines);
    }
    return lines;
  }
}

export function copyOf(line: Line, ledgerId: string): Copy {
  const { _arrival_time, _shard_id, _sequence_number, _record_index, event_id, event_time, page_path } = line;
  return {
    eventId: event_id ?? '',
    content: `${event_time} ${page_path}`,
    eventTimeMs: Date.parse(event_time ?? ''),
    arrivalTimeMs: Date.parse(_arrival_time ?? ''),
    shardId: _shard_id ?? '',
    sequence: _sequence_number ?? '',
    index: Number(_record_index ?? 0),
    ledgerId,
  };
}

function compareTexts(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
