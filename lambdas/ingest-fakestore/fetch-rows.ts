import { fullJitterMs } from '../domain/full-jitter.ts';
import type { RandomSource } from '../ports/random-source.ts';
import {
  type AttemptResult,
  attemptRows,
  type Failure,
  type ListRequest,
  type WebDependencies,
} from './attempt.ts';
import { deadlineAfter, pause } from './deadline.ts';
import type { FakestoreSettings } from './settings.ts';

export type FetchResult = AttemptResult & { readonly attempts: number };

/**
 * Asks for a list until it comes, the attempts are used up or the total deadline is near. A pause that would not leave
 * time for another attempt is not begun. Never throws for what the API does.
 */
export async function fetchRows(
  request: ListRequest,
  deps: WebDependencies & { readonly random: RandomSource },
  settings: FakestoreSettings,
): Promise<FetchResult> {
  const total = deadlineAfter(deps.timers, settings.totalDeadlineMs);
  const deadlineAtMs = deps.clock.nowMs() + settings.totalDeadlineMs;
  const limits = { baseMs: settings.backoffBaseMs, capMs: settings.backoffCapMs };
  try {
    for (let attempts = 1; ; attempts += 1) {
      const result = await attemptRows(request, deps, { settings, total: total.signal });
      if (result.kind !== 'failure') return { ...result, attempts };
      const pauseMs = Math.max(fullJitterMs(attempts, limits, deps.random.next()), result.retryAfterMs ?? 0);
      const reason = stopReason(result, {
        attempts,
        pauseMs,
        settings,
        leftMs: deadlineAtMs - deps.clock.nowMs(),
      });
      if (reason !== null) return { ...result, detail: `${result.detail}${reason}`, attempts };
      if (!(await pause(deps.timers, pauseMs, total.signal))) return { ...result, attempts };
    }
  } finally {
    total.end();
  }
}

/** Why there is no further attempt (to be added to the detail), or null when there is one. */
function stopReason(
  failure: Failure,
  state: {
    readonly attempts: number;
    readonly pauseMs: number;
    readonly leftMs: number;
    readonly settings: FakestoreSettings;
  },
): string | null {
  if (!failure.isTransient || state.attempts >= state.settings.maxAttempts) return '';
  const askedMs = failure.retryAfterMs ?? 0;
  if (askedMs > state.settings.retryAfterCapMs) return `; it asks for a pause of ${askedMs} ms: next slot`;
  if (state.pauseMs >= state.leftMs) return '; the total deadline leaves no time for another attempt';
  return null;
}
