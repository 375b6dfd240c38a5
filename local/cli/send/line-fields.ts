import { createHash } from 'node:crypto';
import { parseEventTime, TIME_PATTERN } from '../../../lambdas/domain/events/event-time.ts';

/** What `send` has to know of a line; whether it is an event is for the consumer to judge. */
export interface LineFields {
  /** The device, or the campaign of a spend report; a digest of the line where it cannot be read. */
  readonly partitionKey: string;
  /** Epoch milliseconds, rounded up, so that an arrival at that time is never before the event; null: unreadable. */
  readonly eventTimeMs: number | null;
  readonly sentTimeMs: number | null;
}

const KEY = /^[A-Za-z0-9_.:-]{1,64}$/;

export function readLineFields(bytes: Uint8Array): LineFields {
  const fields = parseObject(bytes);
  const key = fields?.event_type === 'ad_spend' ? fields.campaign_id : fields?.anonymous_id;
  return {
    partitionKey:
      typeof key === 'string' && KEY.test(key)
        ? key
        : createHash('sha256').update(bytes).digest('hex').slice(0, 32),
    eventTimeMs: parseTimeMs(fields?.event_time),
    sentTimeMs: parseTimeMs(fields?.sent_time),
  };
}

/** A contract's time in epoch milliseconds, rounded up; null for anything else. */
export function parseTimeMs(value: unknown): number | null {
  if (typeof value !== 'string' || !TIME_PATTERN.test(value)) return null;
  const timeUs = parseEventTime(value);
  return timeUs === null ? null : Math.ceil(timeUs / 1000);
}

function parseObject(bytes: Uint8Array): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'),
    );
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
