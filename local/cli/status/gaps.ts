import type { ObjectStore } from '../../../lambdas/ports/object-store.ts';
import { parseFailure } from '../../../lambdas/redrive-failures/failure-object.ts';
import { listFailures } from '../../../lambdas/redrive-failures/failure-store.ts';
import { FAILURES_PREFIX } from '../../lake-failures.ts';

/** A batch that the mapping gave up and nobody has redriven: what its shard lacks below the checkpoint. */
export interface Gap {
  readonly failure: string;
  readonly shard_id: string;
  /** Null where the object is not read, or cannot be. */
  readonly first_sequence: string | null;
  readonly last_sequence: string | null;
  readonly records: number | null;
}

/** An object holds its whole batch, so only the first few are opened; the others are told by their names. */
const MAX_OPENED = 20;

/** The gaps of the lake, ascending by key. */
export async function readGaps(objects: ObjectStore): Promise<readonly Gap[]> {
  const gaps: Gap[] = [];
  const place = { objects, prefix: FAILURES_PREFIX, marks: 'redriven/' };
  for await (const { key, isRedriven } of listFailures(place)) {
    if (!isRedriven) gaps.push(await gapOf(objects, key, gaps.length < MAX_OPENED));
  }
  return gaps;
}

async function gapOf(objects: ObjectStore, key: string, isOpened: boolean): Promise<Gap> {
  const unopened = {
    failure: key,
    shard_id: shardIdOf(key),
    first_sequence: null,
    last_sequence: null,
    records: null,
  };
  const bytes = isOpened ? await objects.get(key) : null;
  if (bytes === null) return unopened;
  try {
    const { shardId, firstSequence, lastSequence, records } = parseFailure(bytes);
    return {
      failure: key,
      shard_id: shardId,
      first_sequence: firstSequence,
      last_sequence: lastSequence,
      records,
    };
  } catch {
    // Somebody else's object, or a broken one: `redrive` says what is wrong with it.
    return unopened;
  }
}

/** `<prefix>aws/lambda/<mapping>/<shard>/<yyyy>/<mm>/<dd>/<name>`. */
function shardIdOf(key: string): string {
  return key.slice(FAILURES_PREFIX.length).split('/')[3] ?? '';
}
