/** When sent records arrive at the stream. */
export const ARRIVALS = ['auto', 'now', 'event-time', 'sent-time'] as const;
export type Arrival = (typeof ARRIVALS)[number];

/** Of an event against its arrival; a later one is too late (tables.md §3). The lake's setting, for now the default. */
export const ALLOWED_LATENESS_MS = 3 * 86_400_000;
