import type { SqlEngine } from '../ports/sql-engine.ts';
import type { OrphanCopy } from './reinstate-orphans.ts';

/** Of each id that the last run found orphaned, its smallest copy by the order of copies (tables.md §1). */
const SMALLEST_COPIES = `with copies as (
  select
    orphans.event_id,
    objects.object_key,
    raw._shard_id as shard_id,
    raw._sequence_number as sequence_number,
    raw._record_index as record_index,
    row_number() over (
      partition by orphans.event_id
      order by
        raw._arrival_time,
        raw._shard_id,
        length(raw._sequence_number),
        raw._sequence_number,
        coalesce(try_cast(raw._record_index as bigint), 0),
        objects.object_key
    ) as place
  from raw_duplicates as raw
  join ledger_objects as objects on objects.location = raw."$path"
  join orphan_claims as orphans on orphans.event_id = lower(raw.event_id)
  where objects.source = 'events' and objects.kind = 'duplicates'
)
select event_id, object_key, shard_id, sequence_number, record_index
from copies
where place = 1
order by object_key, length(sequence_number), sequence_number, record_index`;

/** The copies to bring back, as of the last run. Throws SqlError, also when no run has built the tables yet. */
export async function findOrphans(engine: SqlEngine): Promise<readonly OrphanCopy[]> {
  const { rows } = await engine.query(SMALLEST_COPIES);
  return rows.map(([eventId, objectKey, shardId, sequence, index]) => {
    const place = `${String(shardId)}#${String(sequence)}`;
    const coordinates = index === null || index === undefined ? place : `${place}#${String(index)}`;
    return { eventId: String(eventId), objectKey: String(objectKey), coordinates };
  });
}
