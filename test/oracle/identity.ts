import { greatest, groupBy, smallest } from './lists.ts';
import type { Row } from './row.ts';
import { lastKnown, type ShopEvent } from './shop-event.ts';
import { timeTextOrNull } from './times.ts';

/** Who is behind a device: whoever signed in on it last, before or after, else nobody but the device. */
export class Identity {
  readonly #events: ReadonlyMap<string, readonly ShopEvent[]>;
  readonly #customers = new Map<string, string>();

  /** `events`: staged ones, ad_* aside. */
  constructor(events: readonly ShopEvent[]) {
    this.#events = groupBy(events, ({ anonymousId }) => String(anonymousId));
    for (const [anonymousId, ofDevice] of this.#events) {
      const userId = lastKnown(ofDevice, (event) => event.userId);
      this.#customers.set(anonymousId, userId === null ? `a:${anonymousId}` : `u:${userId}`);
    }
  }

  customerOfDevice(anonymousId: string | null): string {
    return this.#customers.get(String(anonymousId)) ?? `a:${anonymousId}`;
  }

  customerOf({ userId, anonymousId }: ShopEvent): string {
    return userId === null ? this.customerOfDevice(anonymousId) : `u:${userId}`;
  }

  /** Rows of dim_device. */
  deviceRows(): readonly Row[] {
    return [...this.#events].map(([anonymousId, events]) => ({
      anonymous_id: anonymousId,
      customer_id: this.customerOfDevice(anonymousId),
      first_seen_at: timeTextOrNull(smallest(events.map(({ timeUs }) => timeUs))),
      last_seen_at: timeTextOrNull(greatest(events.map(({ timeUs }) => timeUs))),
      updated_at: timeTextOrNull(greatest(events.map(({ arrivalUs }) => arrivalUs))),
    }));
  }
}
