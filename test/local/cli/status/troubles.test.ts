import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { markRedriven } from '../../../../lambdas/redrive-failures/failure-store.ts';
import { readGaps } from '../../../../local/cli/status/gaps.ts';
import { reasonTexts, troubleLines, troublesOf } from '../../../../local/cli/status/troubles.ts';
import { FAILURES_PREFIX } from '../../../../local/lake-failures.ts';
import { MemoryObjectStore } from '../../../fakes/object-store.ts';

const FOLDER = `${FAILURES_PREFIX}aws/lambda/consume-events/shardId-000000000001/2026/03/01/`;
const FAILURE = JSON.stringify({
  KinesisBatchInfo: {
    shardId: 'shardId-000000000001',
    startSequenceNumber: '3',
    endSequenceNumber: '4',
    approximateArrivalOfLastRecord: '2026-03-01T10:00:00Z',
    batchSize: 2,
  },
  payload: '{"Records":[]}',
});

describe('fault 25: gaps', () => {
  it('are the failures that nobody has redriven, with their range; one that cannot be read by its name', async () => {
    const objects = new MemoryObjectStore();
    for (const name of ['a', 'b']) await objects.putIfAbsent(`${FOLDER}${name}`, Buffer.from(FAILURE));
    await objects.putIfAbsent(`${FOLDER}c`, gzipSync('other'));
    const mark = { ledger_ids: [], received: 0, accepted: 0, duplicate: 0, quarantined: 0 };
    await markRedriven(
      { objects, prefix: FAILURES_PREFIX, marks: 'redriven/' },
      { failure: `${FOLDER}a`, ...mark },
    );

    expect(await readGaps(objects)).toEqual([
      {
        failure: `${FOLDER}b`,
        shard_id: 'shardId-000000000001',
        first_sequence: '3',
        last_sequence: '4',
        records: 2,
      },
      {
        failure: `${FOLDER}c`,
        shard_id: 'shardId-000000000001',
        first_sequence: null,
        last_sequence: null,
        records: null,
      },
    ]);
  });
});

describe('troubles', () => {
  it('have no line where there are none', () => {
    expect(troubleLines(troublesOf(null, [], []))).toEqual([]);
  });

  it('each have a line that says what to do', () => {
    const note = { ledgerId: 'l', detail: 'missing' };
    const gap = { failure: 'f', shard_id: 's', first_sequence: null, last_sequence: null, records: null };
    const troubles = troublesOf(
      null,
      [
        { ...note, objectKey: 'raw/a', replacementKey: null },
        { ...note, objectKey: 'raw/b', replacementKey: 'raw/b_r1' },
      ],
      [gap],
    );

    expect(troubles.set_aside).toEqual([{ object_key: 'raw/a', detail: 'missing' }]);
    expect(troubleLines({ ...troubles, id_conflicts: 1, orphan_claims: 2 })).toEqual([
      ['Given up', '1 batch that failed too often: `redrive`'],
      ['Set aside', 'raw/a: `rebuild-object` while the stream keeps its records'],
      ['Conflicts', '1 copy of an event_id with other content, kept in stg_id_conflicts'],
      ['Orphaned', '2 events whose claim holder never landed: `reinstate` brings them back'],
    ]);
  });

  it('tell of each reason how many came back', () => {
    const quarantine = [{ reason: 'clock_skew', records: 8, replayed: 3 }];

    expect(reasonTexts({ clock_skew: 8, not_json: 1 }, quarantine)).toEqual([
      'clock_skew 8 (3 replayed)',
      'not_json 1',
    ]);
  });
});
