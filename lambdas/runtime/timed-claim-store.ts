import type { ClaimStore } from '../ports/claim-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { Telemetry } from '../ports/telemetry.ts';

/**
 * The same store, and how long each call took, as `ClaimLatency`; also of calls that throw. The consumer itself has no
 * clock, so it is measured around it.
 */
export function timedClaimStore(
  claims: ClaimStore,
  { clock, telemetry }: { readonly clock: Clock; readonly telemetry: Telemetry },
): ClaimStore {
  return {
    claim: async (requests) => {
      const startedMs = clock.nowMs();
      try {
        return await claims.claim(requests);
      } finally {
        telemetry.measure('ClaimLatency', clock.nowMs() - startedMs, 'Milliseconds');
      }
    },
  };
}
