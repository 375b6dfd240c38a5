/** For stores that a test only reads: nothing in them depends on it. */
export const systemClock = { nowMs: () => 0 };
