import { groupBy } from './lists.ts';
import { firstKnown, isBefore, type ShopEvent } from './shop-event.ts';

/** What to say where nothing is known. */
export const UNKNOWN = 'unknown';

/** Events by visit: device and session id. */
export class Visits {
  readonly byId: ReadonlyMap<string, readonly ShopEvent[]>;

  /** `events`: staged ones, ad_* aside. */
  constructor(events: readonly ShopEvent[]) {
    this.byId = groupBy(events, visitId);
  }

  /** First non-null channel, country or device of the event's visit up to and including the event, else `unknown`. */
  knownUpTo(event: ShopEvent, read: (event: ShopEvent) => string | null): string {
    const events = this.byId.get(visitId(event)) ?? [];
    const upTo = events.filter((other) => other === event || isBefore(other, event));
    return firstKnown(upTo, read) ?? UNKNOWN;
  }
}

/** The unit id of a visit. */
export function visitId({ anonymousId, sessionId }: ShopEvent): string {
  return `${anonymousId}/${sessionId}`;
}
