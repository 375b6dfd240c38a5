import type { SqlEngine } from '../ports/sql-engine.ts';
import type { OrphanCopy } from './reinstate-orphans.ts';

/**
 * Of each id that the last run found orphaned, its smallest copy by the order of copies (tables.md §1). A conflict that
 * was replayed as a duplicate stands in both zones: it is out of quarantine, so duplicates come first, as keys sort.
 */
const SMALLEST_COPIES = `with refused as (
  select event_id, _arrival_time, _shard_id, _sequence_number, _record_index, 'duplicates' as kind, "$path" as location
  from raw_duplicates
  union all
  select event_id, _arrival_time, _shard_id, _sequence_number, _record_index, 'quarantine' as kind, "$path" as location
  from raw_quarantine
  where reason = 'id_conflict'
),
copies as (
  select
    orphans.event_id,
    objects.object_key,
    refused._shard_id as shard_id,
    refused._sequence_number as sequence_number,
    refused._record_index as record_index,
    row_number() over (
      partition by orphans.event_id
      order by
        refused._arrival_time,
        refused._shard_id,
        length(refused._sequence_number),
        refused._sequence_number,
        coalesce(try_cast(refused._record_index as bigint), 0),
        objects.object_key
    ) as place
  from refused
  join ledger_objects as objects on objects.location = refused.location and objects.kind = refused.kind
  join orphan_claims as orphans on orphans.event_id = lower(refused.event_id)
  where objects.source = 'events'
)
select event_id, object_key, shard_id, sequence_number, record_index
from copies
where place = 1
order by object_key, length(sequence_number), sequence_number, record_index, event_id`;

/** The copies to bring back, as of the last run. Throws SqlError, also when no run has built the tables yet. */
export async function findOrphans(engine: SqlEngine): Promise<readonly OrphanCopy[]> {
  const { rows } = await engine.query(SMALLEST_COPIES);
  return rows.map(([eventId, objectKey, shardId, sequence, index]) => {
    const place = `${String(shardId)}#${String(sequence)}`;
    const coordinates = index === null || index === undefined ? place : `${place}#${String(index)}`;
    return { eventId: String(eventId), objectKey: String(objectKey), coordinates };
  });
}
