import { expect, it } from 'vitest';
import { readRequest } from '../../../lambdas/redrive-failures/redrive-request.ts';

const TOLD = { CLAIM_TTL_MS: 1_000, COMPRESSION_CODEC: 'zstd', COMPRESSION_LEVEL: 1 } as const;

it('asks for everything unless told otherwise', () => {
  const everything = { sinceMs: null, shardId: null, isDryRun: false };

  for (const event of [{}, null, undefined]) expect(readRequest(event, TOLD)).toMatchObject(everything);
  expect(
    readRequest({ since: '2026-03-01T10:00:00+01:00', shard: 'shardId-000000000000', dryRun: true }, TOLD),
  ).toMatchObject({ sinceMs: Date.UTC(2026, 2, 1, 9), shardId: 'shardId-000000000000', isDryRun: true });
  expect(readRequest({ since: '2026-03-01' }, TOLD).sinceMs).toBe(Date.UTC(2026, 2, 1));
});

it.each([{ since: 'yesterday' }, { dryrun: true }, { shard: '' }, 'all', [], { dryRun: 'yes' }])(
  'refuses %j, and says what is allowed',
  (event) => {
    expect(() => readRequest(event, TOLD)).toThrow(/Expected .*dryRun/);
  },
);

it('lands with the codec that the consumer lands with', () => {
  expect(readRequest({}, TOLD).settings).toMatchObject({
    claimTtlMs: 1_000,
    compression: { extension: '.ndjson.zst' },
  });
});
