import type { ConsumeDependencies } from '../lambdas/consume-events/consume-batch.ts';

export const CLAIM_TTL_MS = 8 * 86_400_000;

/** A consumer's outside world that swallows what it gets and asks no claims. */
export function sinkDependencies(): ConsumeDependencies {
  return {
    objects: {
      putIfAbsent: async () => 'created',
      get: async () => null,
      async *list() {},
      locationOf: (key) => key,
    },
    claims: null,
    ledger: {
      append: async () => 'appended',
      rows: async () => [],
      markStaged: async () => undefined,
      advanceCheckpoint: async () => undefined,
      checkpoints: async () => [],
      readState: async () => null,
      writeState: async () => true,
      setAside: async () => undefined,
      setAsides: async () => [],
      putRun: async () => undefined,
      runs: async () => [],
      keepRuns: async () => undefined,
    },
    telemetry: { info: ignore, warn: ignore, error: ignore, count: ignore, measure: ignore },
  };
}

function ignore(): void {}
