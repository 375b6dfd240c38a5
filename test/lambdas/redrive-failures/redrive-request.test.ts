import { expect, it } from 'vitest';
import { landingSettings, readRequest } from '../../../lambdas/redrive-failures/redrive-request.ts';

it('asks for everything unless told otherwise', () => {
  const everything = { sinceMs: null, shardId: null, isDryRun: false };

  for (const event of [{}, null, undefined]) expect(readRequest(event)).toEqual(everything);
  expect(
    readRequest({ since: '2026-03-01T10:00:00+01:00', shard: 'shardId-000000000000', dryRun: true }),
  ).toEqual({ sinceMs: Date.UTC(2026, 2, 1, 9), shardId: 'shardId-000000000000', isDryRun: true });
  expect(readRequest({ since: '2026-03-01' }).sinceMs).toBe(Date.UTC(2026, 2, 1));
});

it.each([{ since: 'yesterday' }, { dryrun: true }, { shard: '' }, 'all', [], { dryRun: 'yes' }])(
  'refuses %j, and says what is allowed',
  (event) => {
    expect(() => readRequest(event)).toThrow(/Expected .*dryRun/);
  },
);

it('lands with the codec that the consumer lands with', () => {
  const told = { CLAIM_TTL_MS: 1_000, COMPRESSION_CODEC: 'zstd', COMPRESSION_LEVEL: 1 } as const;

  expect(landingSettings(told)).toMatchObject({
    claimTtlMs: 1_000,
    compression: { extension: '.ndjson.zst' },
  });
});
