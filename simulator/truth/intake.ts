import type { QuarantineReason, ShopEvent, SimulatedRecord } from '../shop-event.ts';

/** An event as staging keeps it: the copy that counts, and when that copy arrived. */
export interface StagedEvent {
  readonly event: ShopEvent;
  readonly arrivalUs: number;
}

/** What the stream brought, folded to one copy of each event. */
export interface Arrivals {
  /** In time. */
  readonly staged: readonly StagedEvent[];
  readonly tooLate: readonly StagedEvent[];
  readonly received: number;
  /** Further copies of equal content. */
  readonly duplicates: number;
  /** Events of other content under an id already taken. */
  readonly conflicts: number;
  readonly quarantined: Readonly<Partial<Record<QuarantineReason, number>>>;
  /** Over all records, microseconds; null when there was none. */
  readonly newestArrivalUs: number | null;
}

export interface Intake {
  /** Records must come in the order of arrival, as the generator yields them. */
  observe(record: SimulatedRecord): void;
  finish(): Arrivals;
}

/** Counts records as they pass and keeps the first copy of each event_id. */
export function createIntake(allowedLatenessUs: number): Intake {
  const first = new Map<string, StagedEvent>();
  const quarantined: Partial<Record<QuarantineReason, number>> = {};
  const counts = { received: 0, duplicates: 0, conflicts: 0 };
  let newestArrivalUs: number | null = null;
  const quarantine = (reason: QuarantineReason) => {
    quarantined[reason] = (quarantined[reason] ?? 0) + 1;
  };
  return {
    observe({ content, arrivalTimeMs }) {
      const arrivalUs = arrivalTimeMs * 1000;
      counts.received += 1;
      newestArrivalUs = Math.max(newestArrivalUs ?? arrivalUs, arrivalUs);
      if (content.kind === 'refused') {
        quarantine(content.reason);
        return;
      }
      const { event } = content;
      const earlier = first.get(event.eventId);
      if (earlier === undefined) {
        first.set(event.eventId, { event, arrivalUs });
      } else if (isSameContent(earlier.event, event)) {
        counts.duplicates += 1;
      } else {
        counts.conflicts += 1;
        quarantine('id_conflict');
      }
    },
    finish() {
      const isTooLate = ({ event, arrivalUs }: StagedEvent) =>
        arrivalUs - event.eventTimeUs > allowedLatenessUs;
      const all = [...first.values()];
      return {
        ...counts,
        quarantined,
        newestArrivalUs,
        staged: all.filter((copy) => !isTooLate(copy)),
        tooLate: all.filter(isTooLate),
      };
    },
  };
}

/** Equal in everything but the time of sending. */
function isSameContent(left: ShopEvent, right: ShopEvent): boolean {
  if (left === right) return true;
  return JSON.stringify({ ...left, sentTimeUs: null }) === JSON.stringify({ ...right, sentTimeUs: null });
}

/** Order of events: by time, then by id. */
export function compareEvents(left: StagedEvent, right: StagedEvent): number {
  if (left.event.eventTimeUs !== right.event.eventTimeUs)
    return left.event.eventTimeUs - right.event.eventTimeUs;
  return left.event.eventId < right.event.eventId ? -1 : left.event.eventId > right.event.eventId ? 1 : 0;
}

/** Advertising is no activity of a visitor. */
export function isAdvertising({ event }: StagedEvent): boolean {
  return (
    event.eventType === 'ad_impression' || event.eventType === 'ad_click' || event.eventType === 'ad_spend'
  );
}
