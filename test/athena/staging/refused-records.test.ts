import { describe, expect, test } from 'vitest';
import { buildModels, pick } from '../build-models.ts';
import type { Given, GivenRow } from '../harness.ts';
import { rawCopy as copy, lakeState, ledgerObject } from '../rows.ts';

const SHARD = 'shardId-000000000000';

function refused(sequence: string, row: GivenRow = {}): GivenRow {
  return {
    _arrival_time: '2026-03-01T10:00:01.000Z',
    _shard_id: SHARD,
    _sequence_number: sequence,
    reason: 'clock_skew',
    detail: 'too far',
    event_id: 'E1',
    encoding: 'utf8',
    body: '{}',
    $path: 'lake/q1',
    ...row,
  };
}

function duplicate(sequence: string, row: GivenRow = {}): GivenRow {
  return {
    _arrival_time: '2026-03-01T10:00:01.000Z',
    _shard_id: SHARD,
    _sequence_number: sequence,
    _owner: 's#1',
    event_id: 'E1',
    $path: 'lake/d1',
    ...row,
  };
}

const LEDGER = ['l1', 'q1', 'q2', 'd1', 'd2'].map((id) => batch(id));

function batch(ledgerId: string, origin = 'stream'): GivenRow {
  return {
    ledger_id: ledgerId,
    source: 'events',
    origin,
    received: 1,
    accepted: 1,
    duplicate: 0,
    quarantined: 0,
    dedup_bypassed: 0,
    orders: 0,
    min_arrival_time: '2026-03-01T00:00:00Z',
    max_arrival_time: '2026-03-01T00:00:00Z',
  };
}

async function build(given: Given) {
  const objects = [
    ...['l1', 'l2'].map((id) => ledgerObject(id)),
    ...['q1', 'q2'].map((id) => ledgerObject(id, { kind: 'quarantine' })),
    ...['d1', 'd2'].map((id) => ledgerObject(id, { kind: 'duplicates' })),
  ];
  const lake = { ledger: LEDGER, ledger_objects: objects, lake_state: [lakeState()] };
  return buildModels({ ...lake, ...given }, ['quarantined_records', 'orphan_claims']);
}

describe('a quarantined record', () => {
  test('is out until its coordinates land', async () => {
    const built = await build({ raw_quarantine: [refused('1'), refused('2', { _record_index: '4' })] });

    expect(
      pick(built.quarantined_records, 'sequence_number', 'record_index', 'reason', 'event_id', 'replayed_by'),
    ).toEqual([
      { sequence_number: '1', record_index: 0, reason: 'clock_skew', event_id: 'e1', replayed_by: null },
      { sequence_number: '2', record_index: 4, reason: 'clock_skew', event_id: 'e1', replayed_by: null },
    ]);
  });

  test('that a replay landed names the row, in raw as in duplicates; its neighbours stay out', async () => {
    const built = await build({
      ledger: [
        ...LEDGER.filter((row) => row.ledger_id !== 'd2'),
        batch('l2', 'replay'),
        batch('d2', 'replay'),
      ],
      raw_quarantine: [refused('1'), refused('2'), refused('3')],
      raw_events: [copy('e1', { _sequence_number: '1', $path: 'lake/l2' })],
      raw_duplicates: [duplicate('2', { $path: 'lake/d2' }), duplicate('3')],
    });

    expect(pick(built.quarantined_records, 'sequence_number', 'replayed_by')).toEqual([
      { sequence_number: '1', replayed_by: 'l2' },
      { sequence_number: '2', replayed_by: 'd2' },
      { sequence_number: '3', replayed_by: null },
    ]);
  });

  test('that several batches refused is one', async () => {
    const built = await build({ raw_quarantine: [refused('1', { $path: 'lake/q2' }), refused('1')] });

    expect(pick(built.quarantined_records, 'ledger_id', 'object_key', 'found_by')).toEqual([
      { ledger_id: 'q1', object_key: 'q1', found_by: 'consumer' },
    ]);
  });

  test('may be one that staging found in conflict', async () => {
    const built = await build({
      raw_events: [copy('e1'), copy('e1', { _sequence_number: '101', page_path: '/x' })],
    });

    expect(built.quarantined_records).toEqual([
      {
        shard_id: SHARD,
        sequence_number: '101',
        record_index: 0,
        arrival_date: '2026-03-01',
        arrival_time: '2026-03-01 10:00:01.000000',
        reason: 'id_conflict',
        detail: `record ${SHARD}#100 holds this event_id with other content: page_path`,
        event_id: 'e1',
        found_by: 'staging',
        ledger_id: 'l1',
        object_key: 'l1',
        replayed_by: null,
      },
    ]);
  });
});

describe('an orphan claim', () => {
  test('is an event of which nothing but duplicates has landed', async () => {
    const built = await build({
      raw_events: [copy('e2')],
      raw_duplicates: [
        duplicate('2', { _arrival_time: '2026-03-01T10:00:02.000Z' }),
        duplicate('1'),
        duplicate('3', { event_id: 'e2' }),
      ],
    });

    expect(built.orphan_claims).toEqual([
      { event_id: 'e1', owner: 's#1', copies: 2, first_arrival_time: '2026-03-01 10:00:01.000000' },
    ]);
  });

  test('counts a copy that the stream gave again once', async () => {
    const built = await build({ raw_duplicates: [duplicate('1'), duplicate('1', { $path: 'lake/d2' })] });

    expect(pick(built.orphan_claims, 'copies')).toEqual([{ copies: 1 }]);
  });

  test('is an event of which nothing but conflicts has landed; other refusals of its id are no copies', async () => {
    const detail = 'record s#9 holds this event_id with other content';
    const conflict = (sequence: string, row: GivenRow = {}) =>
      refused(sequence, { reason: 'id_conflict', detail, ...row });
    const built = await build({
      raw_events: [copy('e2')],
      raw_quarantine: [
        conflict('2'),
        conflict('2', { $path: 'lake/q2' }),
        refused('1'),
        refused('4', { event_id: 'E3' }),
        conflict('3', { event_id: 'e2' }),
        conflict('5', { event_id: 'e4', $path: 'lake/unledgered' }),
      ],
    });

    expect(built.orphan_claims).toEqual([
      { event_id: 'e1', owner: 's#9', copies: 1, first_arrival_time: '2026-03-01 10:00:01.000000' },
    ]);
  });

  test('counts a conflict that was replayed as a duplicate once, beside its other copies', async () => {
    const built = await build({
      raw_duplicates: [duplicate('1'), duplicate('2', { $path: 'lake/d2' })],
      raw_quarantine: [refused('2', { reason: 'id_conflict', detail: 'record s#1 holds' })],
    });

    expect(pick(built.orphan_claims, 'owner', 'copies')).toEqual([{ owner: 's#1', copies: 2 }]);
  });

  test('ends when the owner lands, or a copy is reinstated', async () => {
    const built = await build({ raw_duplicates: [duplicate('1')], raw_events: [copy('E1')] });

    expect(built.orphan_claims).toEqual([]);
  });
});
