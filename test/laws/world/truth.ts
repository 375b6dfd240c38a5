import { pageOf, type Sending, type SentEvent, timeText } from './sendings.ts';
import type { AcceptedRecord } from './shards.ts';
import { placeOf } from './staging.ts';

/** One event of the truth at its place in the stream. */
export interface Sent {
  readonly place: string;
  readonly accepted: AcceptedRecord;
  readonly sending: Sending;
}

/** What a record brought; one without any event is one item, however many lines it has. */
export function sentBy(accepted: AcceptedRecord): readonly Sent[] {
  const { record, sendings } = accepted;
  const isWhole = sendings.every(({ kind }) => kind === 'poison');
  const items = isWhole ? sendings.slice(0, 1) : sendings;
  return items.map((sending, index) => ({
    place: placeOf({ shardId: record.shardId, sequence: record.sequenceNumber, index }),
    accepted,
    sending,
  }));
}

/** The contents under which each id was sent. */
export function contentsOf(sent: readonly Sent[]): ReadonlyMap<number, ReadonlySet<string>> {
  const contents = new Map<number, Set<string>>();
  for (const { sending } of sent) {
    if (sending.kind === 'poison') continue;
    const known = contents.get(sending.id) ?? new Set();
    contents.set(sending.id, known.add(contentOf(sending)));
  }
  return contents;
}

/** As a copy of it has it in staging. */
export function contentOf(sending: SentEvent): string {
  return `${timeText(sending.eventTimeMs)} ${pageOf(sending.content)}`;
}
