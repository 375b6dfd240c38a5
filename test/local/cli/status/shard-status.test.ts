import { describe, expect, it } from 'vitest';
import { shardLines, shardStatuses } from '../../../../local/cli/status/shard-status.ts';

const HOUR_MS = 3_600_000;
const LEFT = 'shardId-000000000000';
const RIGHT = 'shardId-000000000001';
const GONE = 'shardId-000000000002';
const checkpoint = { source: 'events', sequence: '12', arrivalTimeMs: HOUR_MS } as const;
const waits = (shardId: string, records: number, oldestArrivalMs: number | null) => ({
  shardId,
  isClosed: false,
  records,
  oldestArrivalMs,
});
const gap = { failure: 'f', shard_id: RIGHT, first_sequence: '3', last_sequence: '4', records: 2 };

const statuses = () =>
  shardStatuses(
    {
      checkpoints: [
        { ...checkpoint, shardId: LEFT },
        { ...checkpoint, shardId: GONE },
      ],
      waiting: [waits(LEFT, 5, 2 * HOUR_MS), waits(RIGHT, 0, null)],
      gaps: [gap],
    },
    5 * HOUR_MS,
  );

describe('each shard', () => {
  it('tells its checkpoint, what waits and for how long, and its gaps, also when the stream has lost it', () => {
    expect(statuses()).toEqual([
      {
        shard_id: LEFT,
        checkpoint: { sequence: '12', arrival: '1970-01-01T01:00:00.000Z' },
        waiting_records: 5,
        oldest_arrival: '1970-01-01T02:00:00.000Z',
        iterator_age_s: 10_800,
        gaps: 0,
      },
      {
        shard_id: RIGHT,
        checkpoint: null,
        waiting_records: 0,
        oldest_arrival: null,
        iterator_age_s: 0,
        gaps: 1,
      },
      expect.objectContaining({ shard_id: GONE, waiting_records: 0, iterator_age_s: 0 }),
    ]);
  });

  it('has a line for people', () => {
    expect(shardLines(statuses())).toEqual([
      '0: to 12 of 1970-01-01T01:00:00.000Z, 5 records for 3.0 h',
      '1: nothing landed yet, 1 gap',
      '2: to 12 of 1970-01-01T01:00:00.000Z',
    ]);
  });

  it('is named among many only when something is the matter, and long sequences are cut', () => {
    const sequence = `49${'6'.repeat(54)}`;
    const many = shardStatuses(
      {
        checkpoints: Array.from({ length: 20 }, (_, n) => ({
          ...checkpoint,
          sequence,
          shardId: `shardId-${n}`,
        })),
        waiting: [waits('shardId-7', 1, 0)],
        gaps: [],
      },
      0,
    );

    expect(shardLines(many)).toEqual([
      '7: to …6666666666666666 of 1970-01-01T01:00:00.000Z, 1 record for 0.0 s',
      '19 others of which nothing waits or is missing',
    ]);
  });
});
