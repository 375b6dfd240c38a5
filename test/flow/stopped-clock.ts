/** For stores that a test looks into: nothing that it looks at depends on the time. */
export const stoppedClock = { nowMs: () => 0 };
