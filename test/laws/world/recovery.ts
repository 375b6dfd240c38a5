import type { ConsumeDependencies, ConsumeSettings } from '../../../lambdas/consume-events/consume-batch.ts';
import { checkRecord } from '../../../lambdas/domain/events/check-record.ts';
import { type OrphanCopy, reinstateOrphans } from '../../../lambdas/recover-events/reinstate-orphans.ts';
import { replayQuarantine } from '../../../lambdas/recover-events/replay-quarantine.ts';
import { MISFIT_TYPE } from './sendings.ts';
import { type Copy, copyOf, placeOf, totalOrder } from './staging.ts';
import type { World } from './world.ts';

/** Replays what the contract refused and a mended one takes. Gives what could not be read, which is a breach. */
export async function replay(
  deps: ConsumeDependencies,
  settings: ConsumeSettings,
): Promise<readonly string[]> {
  const options = { settings, reason: 'unknown_type', sinceMs: null, isDryRun: false };
  const { remaining } = await replayQuarantine({ ...deps, check: checkMended }, options);
  return remaining.map(({ problem }) => `the replay cannot read an object: ${problem}`);
}

/** A contract that knows the type that today's does not. */
function checkMended(data: Uint8Array, arrivalTimeMs: number): ReturnType<typeof checkRecord> {
  const text = Buffer.from(data).toString('utf8').replaceAll(MISFIT_TYPE, 'page_view');
  return checkRecord(Buffer.from(text), arrivalTimeMs);
}

/** Brings back the copies whose claim holder never landed. */
export async function reinstate(
  orphans: readonly OrphanCopy[],
  deps: ConsumeDependencies,
  settings: ConsumeSettings,
): Promise<readonly string[]> {
  const { compression } = settings;
  const { remaining } = await reinstateOrphans(orphans, { ...deps, compression }, { isDryRun: false });
  return remaining.map(({ problem }) => `the reinstatement cannot read an object: ${problem}`);
}

/** As orphan_claims finds them: ids in duplicates and conflicts that no raw object holds, each by its smallest copy. */
export function orphansOf(world: World): readonly OrphanCopy[] {
  const landed = new Set<string>();
  const refused = new Map<
    string,
    { readonly copy: Copy; readonly objectKey: string; readonly isAlone: boolean }
  >();
  for (const row of world.build.rows) {
    for (const { kind, key } of row.objects) {
      const bytes = world.stores.objects.bytes.get(key);
      if (bytes === undefined) continue;
      for (const line of world.reader.linesOf(bytes)) {
        if (kind === 'quarantine' && line.reason !== 'id_conflict') continue;
        // Equal places go by the key: a conflict that was replayed comes out of duplicates.
        const copy = copyOf(line, key);
        const best = refused.get(copy.eventId)?.copy;
        if (kind === 'raw') landed.add(copy.eventId);
        else if (best === undefined || totalOrder(copy, best) < 0)
          refused.set(copy.eventId, { copy, objectKey: key, isAlone: line._record_index === undefined });
      }
    }
  }
  return [...refused.values()]
    .filter(({ copy }) => !landed.has(copy.eventId))
    .map(({ copy, objectKey, isAlone }) => ({
      eventId: copy.eventId,
      objectKey,
      coordinates: isAlone ? `${copy.shardId}#${copy.sequence}` : placeOf(copy),
    }));
}
