import type { Channel } from './population.ts';
import { BLANK_EVENT, type EventType, type ShopEvent } from './shop-event.ts';
import { uuidV7 } from './uuid.ts';
import type { Visitor, VisitorDevice } from './visitor.ts';

/** Something that happened, and when it truly did: the event's own time follows the device's clock. */
export interface Deed {
  readonly event: ShopEvent;
  readonly happenedAtMs: number;
}

/** On which events of a session its channel is written: some clients know it late, some forget it, some never ask. */
export type ChannelSending = 'always' | 'landing_only' | 'from_second' | 'never';

/** One visit while it goes on. */
export interface Session {
  readonly visitor: Visitor;
  readonly device: VisitorDevice;
  readonly sessionId: string;
  readonly channel: Channel | null;
  readonly campaignId: string | null;
  readonly channelSending: ChannelSending;
  readonly country: string | null;
  readonly currency: string;
  readonly deeds: Deed[];
  /** True time, epoch milliseconds. */
  nowMs: number;
  userId: string | null;
}

/** Lets something happen now: appends the event to the session's deeds. */
export function happen(session: Session, eventType: EventType, fields: Partial<ShopEvent>): ShopEvent {
  const { visitor, device, deeds } = session;
  const eventTimeMs = session.nowMs + visitor.client.clockAheadMs;
  const microseconds = visitor.client.timeFormat === 'microseconds' ? visitor.random.integer(0, 999) : 0;
  const sendsChannel = sendsChannelAt(session.channelSending, deeds.length);
  const event: ShopEvent = {
    ...BLANK_EVENT,
    eventId: uuidV7(eventTimeMs, visitor.random),
    eventType,
    eventTimeUs: eventTimeMs * 1000 + microseconds,
    sentTimeUs: visitor.client.writesSentTime ? (eventTimeMs + 5) * 1000 : null,
    anonymousId: device.anonymousId,
    sessionId: session.sessionId,
    userId: session.userId,
    device: visitor.sendsDevice ? device.kind.name : null,
    country: session.country,
    channel: sendsChannel ? session.channel : null,
    campaignId: sendsChannel ? session.campaignId : null,
    ...fields,
  };
  deeds.push({ event, happenedAtMs: session.nowMs });
  return event;
}

function sendsChannelAt(sending: ChannelSending, position: number): boolean {
  switch (sending) {
    case 'always':
      return true;
    case 'landing_only':
      return position === 0;
    case 'from_second':
      return position > 0;
    case 'never':
      return false;
  }
}
