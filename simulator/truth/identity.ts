import { compareEvents, isAdvertising, type StagedEvent } from './intake.ts';
import { groupBy, type Row, timestampText } from './row.ts';

/** What visitors did, advertising aside, and who they are. */
export interface Activity {
  /** By (event_time, event_id). */
  readonly events: readonly StagedEvent[];
  /** Events of each session, in the same order; key: `sessionKey`. */
  readonly sessions: ReadonlyMap<string, readonly StagedEvent[]>;
  readonly devices: ReadonlyMap<string, readonly StagedEvent[]>;
  /** The customer behind a device: who signed in on it last, or the device itself. */
  customerOfDevice(anonymousId: string): string;
  /** The customer of an event: its own user, else its device's customer. */
  customerOf(staged: StagedEvent): string;
}

export function activityOf(staged: readonly StagedEvent[]): Activity {
  const events = staged.filter((event) => !isAdvertising(event)).sort(compareEvents);
  const devices = groupBy(events, ({ event }) => event.anonymousId ?? '');
  const customers = new Map<string, string>();
  for (const [anonymousId, own] of devices) {
    const user = own.findLast(({ event }) => event.userId !== null)?.event.userId ?? null;
    customers.set(anonymousId, user === null ? `a:${anonymousId}` : `u:${user}`);
  }
  const customerOfDevice = (anonymousId: string) => customers.get(anonymousId) ?? `a:${anonymousId}`;
  return {
    events,
    sessions: groupBy(events, sessionKey),
    devices,
    customerOfDevice,
    customerOf: ({ event }) =>
      event.userId === null ? customerOfDevice(event.anonymousId ?? '') : `u:${event.userId}`,
  };
}

/** A session is known by its device and its own id; neither may hold a slash. */
export function sessionKey({ event }: StagedEvent): string {
  return `${event.anonymousId}/${event.sessionId}`;
}

/** The first value that any of the events has; events in the order (event_time, event_id). */
export function firstKnown<T>(
  events: readonly StagedEvent[],
  valueIn: (event: StagedEvent['event']) => T | null,
): T | null {
  for (const { event } of events) {
    const value = valueIn(event);
    if (value !== null) return value;
  }
  return null;
}

/** The events of the same session up to and including this one. */
export function sessionUntil(activity: Activity, staged: StagedEvent): readonly StagedEvent[] {
  const session = activity.sessions.get(sessionKey(staged)) ?? [];
  return session.filter((other) => compareEvents(other, staged) <= 0);
}

/** dim_device. */
export function deviceRows(activity: Activity): Row[] {
  return [...activity.devices].map(([anonymousId, events]) => ({
    anonymous_id: anonymousId,
    customer_id: activity.customerOfDevice(anonymousId),
    first_seen_at: timestampText(events[0]?.event.eventTimeUs ?? null),
    last_seen_at: timestampText(events.at(-1)?.event.eventTimeUs ?? null),
  }));
}
