import { MS_PER_DAY, MS_PER_HOUR } from '../../../lambdas/domain/time.ts';
import type { Choices } from './choices.ts';

/** When a history begins: ten seconds before a new hour, so that batches also fall on both sides of it. */
export const START_MS = Date.parse('2026-01-31T10:59:50.000Z');
export const ALLOWED_LATENESS_MS = 3 * MS_PER_DAY;

/** One event, or what is none, as its producer means it: the truth that the consumer is judged by. */
export type Sending = SentEvent | { readonly kind: 'poison' };

export interface SentEvent {
  /** `misfit`: of a type that only a mended contract takes. */
  readonly kind: 'event' | 'misfit';
  readonly id: number;
  readonly content: number;
  readonly eventTimeMs: number;
}

/** A type that the contract does not know. */
export const MISFIT_TYPE = 'page_look';

/** One record for the stream; an aggregated one holds several sendings. */
export interface PlannedRecord {
  readonly sendings: readonly Sending[];
  /** Which of the shards that are open when it is sent, counted around. */
  readonly shard: number;
}

/** Records that a producer sends in one call. */
export type PlannedCall = readonly PlannedRecord[];

/** How long before its start an event of that age happened: in time, at both sides of the limit, too late. */
const AGES_MS = [
  0,
  1_000,
  MS_PER_HOUR,
  ALLOWED_LATENESS_MS - 5_000,
  ALLOWED_LATENESS_MS,
  5 * MS_PER_DAY,
] as const;

const FEWEST_RECORDS = 7;
const MORE_RECORDS = 3;

/**
 * What producers send in one history: at least seven records over two shards, in calls of one to four, with at least
 * one event that is sent to both shards. Ids are few, so that copies, conflicts and poison meet.
 */
export function planSendings(
  choices: Choices,
  hasMisfits: boolean,
  fewest = FEWEST_RECORDS,
): readonly PlannedCall[] {
  const first = eventOf(choices, 0);
  const records: PlannedRecord[] = [{ sendings: [first], shard: 0 }];
  const events: SentEvent[] = [first];
  const count = fewest + choices.below(MORE_RECORDS);
  while (records.length < count) {
    const sendings = [sendingOf(choices, events)];
    if (choices.onceIn(10)) sendings.push(sendingOf(choices, events), sendingOf(choices, events));
    if (hasMisfits && choices.onceIn(3)) sendings[0] = misfitOf(sendings[0]);
    records.push({ sendings, shard: choices.below(3) });
  }
  const copyPlace = 1 + choices.below(records.length - 1);
  records[copyPlace] = { sendings: [first], shard: 1 };
  return cut(choices, records);
}

function sendingOf(choices: Choices, events: SentEvent[]): Sending {
  const kind = choices.below(12);
  if (kind === 11) return { kind: 'poison' };
  if (kind >= 7) {
    const known = choices.pick(events);
    // Other content under a known id: it happened at another time, or only looks different.
    if (kind === 10) return { ...eventOf(choices, known.id), content: known.content + 1 };
    if (kind === 9) return { ...known, content: known.content + 1 };
    return known;
  }
  const event = eventOf(choices, events.length);
  events.push(event);
  return event;
}

function misfitOf(sending: Sending | undefined): Sending {
  return sending === undefined || sending.kind === 'poison'
    ? { kind: 'poison' }
    : { ...sending, kind: 'misfit' };
}

function eventOf(choices: Choices, id: number): SentEvent {
  return { kind: 'event', id, content: 0, eventTimeMs: START_MS - choices.pick(AGES_MS) };
}

function cut(choices: Choices, records: readonly PlannedRecord[]): readonly PlannedCall[] {
  const calls: PlannedCall[] = [];
  for (let from = 0; from < records.length; ) {
    const to = from + 1 + choices.below(4);
    calls.push(records.slice(from, to));
    from = to;
  }
  return calls;
}

/** The id's text: a history has ids of its own, so that many histories can be staged in one database. */
export function eventIdOf(history: number, id: number): string {
  return `${history.toString(16).padStart(8, '0')}-0000-7000-8000-${id.toString(16).padStart(12, '0')}`;
}

/** The page that stands for an event's content. */
export function pageOf(content: number): string {
  return `/page-${content}`;
}

/** The record's bytes. Copies differ in sent_time, which is no content. */
export function bytesOf(history: number, record: PlannedRecord, sentTimeMs: number): Uint8Array {
  return Buffer.from(record.sendings.map((sending) => textOf(history, sending, sentTimeMs)).join('\n'));
}

function textOf(history: number, sending: Sending, sentTimeMs: number): string {
  if (sending.kind === 'poison') return 'no event';
  const { kind, id, content, eventTimeMs } = sending;
  const type = kind === 'misfit' ? MISFIT_TYPE : 'page_view';
  return `{"event_id":"${eventIdOf(history, id)}","event_type":"${type}","event_time":"${timeText(
    eventTimeMs,
  )}","sent_time":"${timeText(sentTimeMs)}","anonymous_id":"d${id}","session_id":"s","schema_version":1,"page_path":"${pageOf(content)}"}`;
}

const TIMES = new Map<number, string>();

/** The time as an event bears it; most times of a history come again. */
export function timeText(timeMs: number): string {
  let text = TIMES.get(timeMs);
  if (text === undefined) {
    text = new Date(timeMs).toISOString();
    if (TIMES.size < 10_000) TIMES.set(timeMs, text);
  }
  return text;
}
