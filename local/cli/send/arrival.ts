/** When sent records arrive at the stream. */
export const ARRIVALS = ['auto', 'now', 'event-time', 'sent-time'] as const;
export type Arrival = (typeof ARRIVALS)[number];
/** Once it is known. */
export type FixedArrival = Exclude<Arrival, 'auto'>;
