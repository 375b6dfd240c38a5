import { describe, expect, it } from 'vitest';
import { readRunRequest } from '../../../lambdas/run-lake/run-request.ts';
import { isPlainText } from '../../../lambdas/runtime/telemetry-fields.ts';

const execution = { name: 'backfill-of-march', startedAt: '2026-03-10T12:00:00.5Z' };
const slot = '2026-03-10T13:00:00+01:00';
const backfill = { kind: 'backfill', from: '2026-03-01', to: '2026-03-07' };

describe('the state machine', () => {
  it('by schedule asks for the run of its slot, the same in each call of an execution', () => {
    const asked = {
      runId: 'run-2026-03-10T12:00:00.000Z',
      task: { kind: 'run' },
      asOfMs: Date.UTC(2026, 2, 10, 12),
    };

    expect(readRunRequest({ input: { slot }, execution })).toEqual(asked);
    expect(
      readRunRequest({ input: { slot, work: { runId: asked.runId, status: 'running' } }, execution }),
    ).toEqual(asked);
  });

  it('by hand asks for a task, which its execution names', () => {
    expect(readRunRequest({ input: { task: { ...backfill, models: ['fct_orders'] } }, execution })).toEqual({
      runId: 'backfill-backfill-of-march',
      task: { ...backfill, models: ['fct_orders'] },
      asOfMs: Date.UTC(2026, 2, 10, 12, 0, 0, 500),
    });
    expect(readRunRequest({ input: { task: { kind: 'rebuild' } }, execution }).runId).toBe(
      'rebuild-backfill-of-march',
    );
  });

  it('of the daily schedule asks for a compaction, which its slot names', () => {
    expect(readRunRequest({ input: { slot, task: { kind: 'compact' } }, execution })).toMatchObject({
      ...{ runId: 'compact-2026-03-10T12:00:00.000Z', task: { kind: 'compact' } },
    });
  });

  it('asks for all tables unless it names some', () => {
    expect(readRunRequest({ input: { task: backfill }, execution }).task).toEqual({
      ...backfill,
      models: null,
    });
  });
});

describe('the function alone', () => {
  it('needs a slot, which names the run', () => {
    expect(readRunRequest({ slot })).toMatchObject({ runId: 'run-2026-03-10T12:00:00.000Z' });
    expect(readRunRequest({ slot, task: backfill }).runId).toBe('backfill-2026-03-10T12:00:00.000Z');
    expect(() => readRunRequest({ task: backfill })).toThrow('Expected an object with a slot');
  });
});

const HOSTILE: readonly (readonly [unknown, string])[] = [
  [null, ''],
  ['run', ''],
  [[], ''],
  [{}, ''],
  [{ slot: 'yesterday' }, 'wrong in slot'],
  [{ slot, taks: backfill }, ''],
  [{ input: {}, execution }, ''],
  [{ input: { task: backfill }, execution: { name: '', startedAt: slot } }, 'wrong in execution.name'],
  [{ input: { task: 'rebuild' }, execution }, 'wrong in input.task'],
  [{ input: { task: { kind: 'drop' } }, execution }, 'wrong in input.task.kind'],
  [{ input: { task: { ...backfill, from: '2026-02-30' } }, execution }, 'wrong in input.task.from'],
  [{ input: { task: { ...backfill, to: "2026-03-01'; drop table" } }, execution }, 'wrong in input.task.to'],
  [{ input: { task: { ...backfill, models: [] } }, execution }, 'wrong in input.task.models'],
  [
    { input: { task: { ...backfill, models: ['fct_orders; --'] } }, execution },
    'wrong in input.task.models.0',
  ],
  [{ input: { task: { ...backfill, models: 'fct_orders' } }, execution }, 'wrong in input.task.models'],
  [{ input: { task: { ...backfill, until: '2026-03-09' } }, execution }, 'wrong in input.task'],
  [{ input: { task: { kind: 'rebuild', __proto__: null, from: 1 } }, execution }, 'wrong in input.task'],
];

it.each(HOSTILE)('refuses %j, says what is allowed and repeats nothing of it', (event, place) => {
  const refused = () => readRunRequest(event);

  expect(refused).toThrow(/Expected an object with a slot .* or a task/);
  expect(refused).toThrow(place);
  try {
    refused();
  } catch (error) {
    expect(error instanceof Error && isPlainText(error.message)).toBe(true);
  }
});
