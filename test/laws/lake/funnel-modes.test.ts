import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, test } from 'vitest';
import type { Funnel } from '../../../lambdas/domain/funnels.ts';
import { readModels } from '../../../local/model-files.ts';
import type { TableRows } from './compare-tables.ts';
import { folderObjects } from './folder-objects.ts';
import { generateHistory } from './generate.ts';
import type { SentEvent } from './history.ts';
import { HistoryLake } from './history-lake.ts';
import { playHistory } from './play-history.ts';
import { event, purchase } from './sent-events.ts';

const SEED = 7;
/** A tenth of the histories that are played with the funnels that ship. */
const HISTORIES = Math.ceil(Number(process.env.MILLPOND_LAKE_HISTORIES ?? 60) / 10);
const TIMEOUT_MS = 60_000 + HISTORIES * 30_000;

/**
 * What no funnel that ships has: other modes and windows, exclusions, a type in several steps. The strict ones stand alone,
 * so that events of most types are no step and yet part steps.
 */
const SETS: readonly (readonly Funnel[])[] = [
  [
    { name: 'tight', mode: 'strict', customerWindowDays: 2, steps: ['view_item', 'purchase'] },
    {
      name: 'tight_kept',
      mode: 'strict',
      customerWindowDays: 0.5,
      steps: ['view_item', 'view_item'],
      exclusions: [{ eventType: 'search', afterStep: 1, beforeStep: 2 }],
    },
  ],
  [
    {
      name: 'again',
      mode: 'ordered',
      customerWindowDays: 1,
      steps: ['view_item', 'view_item', 'add_to_cart'],
    },
    {
      name: 'kept',
      mode: 'ordered',
      customerWindowDays: 7,
      steps: ['view_item', 'begin_checkout', 'purchase'],
      exclusions: [
        { eventType: 'refund', afterStep: 1, beforeStep: 3 },
        { eventType: 'search', afterStep: 2, beforeStep: 3 },
      ],
    },
    {
      name: 'loose',
      mode: 'any',
      customerWindowDays: 3,
      steps: ['purchase', 'search', 'view_item', 'view_item'],
    },
    {
      name: 'loose_kept',
      mode: 'any',
      customerWindowDays: 7,
      steps: ['add_to_cart', 'view_item', 'purchase'],
      exclusions: [{ eventType: 'refund', afterStep: 1, beforeStep: 2 }],
    },
  ],
];

it(
  `is the same run by run and at once, and as the oracle says, with funnels of every mode, in ${HISTORIES} histories`,
  async () => {
    const library = readModels();
    let incrementalRuns = 0;
    for (let number = 0; number < HISTORIES; number += 1) {
      const verdict = await playHistory(generateHistory(SEED, number), {
        ...{ library, funnels: SETS[number % SETS.length] ?? [] },
        isRebuilt: number < SETS.length,
      });
      incrementalRuns += verdict.incrementalRuns;

      expect(verdict.breaches, `history ${number} of seed ${SEED}`).toEqual([]);
    }

    expect(incrementalRuns).toBeGreaterThan(HISTORIES);
  },
  TIMEOUT_MS,
);

const PRICED = { product_id: '1', unit_price: '10', currency: 'USD' };
const COME = event('come', 'page_view', '2026-02-28T08:00:00Z', { session_id: 's0' });
const LOOK = event('look', 'view_item', '2026-03-01T09:00:00Z', PRICED);
const BUY = purchase('buy', '2026-03-01T10:00:00Z', 'o1');

// In a visit of its own, and not the customer's first: else its entries are looked at for that reason alone.
test.each([
  {
    name: 'an event of no step parts the steps of a strict one',
    funnel: { mode: 'strict', steps: ['view_item', 'purchase'] },
    late: event('turn', 'page_view', '2026-03-01T09:30:00Z', { session_id: 's2' }),
    depths: [[2], [1]],
  },
  {
    name: 'an excluded event takes the date out',
    funnel: {
      mode: 'ordered',
      steps: ['view_item', 'purchase'],
      exclusions: [{ eventType: 'search', afterStep: 1, beforeStep: 2 }],
    },
    late: event('seek', 'search', '2026-03-01T09:30:00Z', { search_term: 'tea', session_id: 's2' }),
    depths: [[2], []],
  },
  {
    name: 'an earlier step begins one of any order, on a date of its own',
    funnel: { mode: 'any', steps: ['add_to_cart', 'view_item', 'purchase'] },
    late: event('put', 'add_to_cart', '2026-02-28T23:00:00Z', { ...PRICED, quantity: 1, session_id: 's2' }),
    depths: [[2], [2, 3]],
  },
] as const)('what comes late and alone: $name', async ({ funnel, late, depths }) => {
  const folder = mkdtempSync(join(tmpdir(), 'millpond-modes-'));
  const lake = await HistoryLake.open(folderObjects(folder), readModels(), {
    funnels: [{ name: 'one', customerWindowDays: 2, ...funnel }],
  });
  try {
    const found: (readonly number[])[] = [];
    for (const [index, events] of [[COME, LOOK, BUY], [late]].entries()) {
      await lake.land(events.map((sent) => recordOf(sent, `${index + 1}${events.indexOf(sent)}`)));
      await lake.run({ oldestWaitingMs: null });
      found.push(await depthsOf(lake));
    }
    const forced = await lake.run({ oldestWaitingMs: null, isForced: true });

    expect(found).toEqual(depths);
    expect(forced.models.filter((model) => model.inserted + model.updated + model.deleted > 0)).toEqual([]);
  } finally {
    lake.close();
    rmSync(folder, { recursive: true });
  }
});

function recordOf(sent: SentEvent, sequence: string) {
  const arrivalMs = Date.parse('2026-03-01T12:00:00Z');
  return { shardId: 'shardId-000000000000', sequence, arrivalMs, event: sent };
}

/** Of the entries of customers. */
async function depthsOf(lake: HistoryLake): Promise<readonly number[]> {
  const tables = await lake.tables(['unit_kind', 'depth']);
  const entries = tables.find(({ table }) => table === 'funnel_entries');
  const cell = (row: TableRows['rows'][number], column: string) =>
    row[entries?.columns.indexOf(column) ?? -1];
  const customers = entries?.rows.filter((row) => cell(row, 'unit_kind') === 'customer') ?? [];
  return customers.map((row) => Number(cell(row, 'depth'))).sort();
}
