import * as z from 'zod';
import { type LandingVariables, landingSettings } from '../consume-events/landing-settings.ts';
import type { RedriveOptions } from './redrive-failures.ts';

/** The invocation asks for something that there is not. */
export class RedriveRequestError extends Error {
  override readonly name = 'RedriveRequestError';
}

const REQUEST = z.strictObject({
  since: z.union([z.iso.datetime({ offset: true }), z.iso.date()]).optional(),
  shard: z.string().min(1).optional(),
  dryRun: z.boolean().default(false),
});

/**
 * What a person asks for by hand, and how it lands: `{"since":"2026-03-01","shard":"shardId-000000000000","dryRun":true}`,
 * each part or none. Throws RedriveRequestError.
 */
export function readRequest(
  event: unknown,
  told: LandingVariables,
): Pick<RedriveOptions, 'settings' | 'sinceMs' | 'shardId' | 'isDryRun'> {
  const parsed = REQUEST.safeParse(event ?? {});
  if (!parsed.success) {
    throw new RedriveRequestError(
      'Expected an object that holds no more than since (2026-03-01), shard (shardId-000000000000) and dryRun (true)',
    );
  }
  const { since, shard, dryRun } = parsed.data;
  return {
    settings: landingSettings(told),
    sinceMs: since === undefined ? null : Date.parse(since),
    shardId: shard ?? null,
    isDryRun: dryRun,
  };
}
