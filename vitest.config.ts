import { defineConfig } from 'vitest/config';

/** One project per kind of proof; `vitest run --project sql` runs one of them. */
function project(name: string, include: readonly string[], timeoutMs = 30_000) {
  return {
    extends: true as const,
    test: { name, include: [...include], testTimeout: timeoutMs, hookTimeout: timeoutMs },
  };
}

export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    // Vitest leaves one core idle; of two that is half.
    maxWorkers: '100%',
    reporters: ['default', './test/reporter.ts'],
    projects: [
      project('unit', ['test/{architecture,bench,contract,lambdas,local,simulator,workshop}/**/*.test.ts']),
      project('sql', ['test/athena/**/*.test.ts'], 60_000),
      project('infra', ['test/{bin,lib}/**/*.test.ts'], 120_000),
      project('laws', ['test/laws/**/*.test.ts'], 120_000),
      project('flow', ['test/flow/**/*.test.ts'], 180_000),
    ],
  },
});
