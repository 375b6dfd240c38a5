import * as z from 'zod';

const scheduledEvent = z.object({ slot: z.iso.datetime({ offset: true }) });

/** The invocation names no slot: the schedule or a caller by hand sends something else. */
export class SlotError extends Error {
  override readonly name = 'SlotError';
}

/**
 * The time that an invocation by schedule stands for, as UTC with milliseconds: the schedule's own time, not the
 * clock's, so that a retry works on the same slot. Throws SlotError.
 */
export function slotOf(event: unknown): string {
  const parsed = scheduledEvent.safeParse(event);
  if (!parsed.success) {
    throw new SlotError(
      'Expected an object whose slot is an ISO time with its zone, such as 2026-01-31T10:00:00Z',
    );
  }
  return new Date(parsed.data.slot).toISOString();
}
