import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { LedgerOrigin } from '../../lambdas/domain/ledger.ts';
import { setAsideBroken } from '../../lambdas/run-lake/verify-objects.ts';
import { mappingSettings } from '../../local/event-source-mapping/mapping-settings.ts';
import { MemoryLedgerStore } from '../fakes/ledger-store.ts';
import { MemoryObjectStore } from '../fakes/object-store.ts';
import { breachesOf } from './world/check-history.ts';
import { Choices } from './world/choices.ts';
import { SILENT } from './world/consumer.ts';
import type { Mishap } from './world/mishaps.ts';
import { play, type Trouble } from './world/play.ts';
import { type PlannedCall, type Sending, START_MS } from './world/sendings.ts';
import type { World } from './world/world.ts';

const SEED = Number(process.env.MILLPOND_LAW_SEED ?? 31);
const HISTORIES = 200;

/** One kind of trouble, many histories of it; `met` counts how often a history shows that it came up. */
interface FaultLaw {
  readonly name: string;
  readonly trouble: Trouble;
  readonly met: (world: World) => number;
}

const NOTHING: readonly Mishap[] = [];
const NONE = () => NOTHING;

/** Mishaps for effects whose name holds the words. */
function at(words: string, ...mishaps: readonly Mishap[]): Trouble['mishaps'] {
  return (effect) => (effect.startsWith('consumer') && effect.includes(words) ? mishaps : NOTHING);
}

const QUIET = {
  stagings: 1,
  redrives: 1,
  timeouts: 0,
  secondPollers: 0,
  pollerCrashes: 0,
  reshards: 0,
  forgottenClaims: 0,
  deployments: 0,
  replays: 0,
  lostFailures: 0,
};
const LAMBDA = { bisectBatchOnFunctionError: true, reportBatchItemFailures: true, batchSize: 3 };
const ENDLESS = mappingSettings(LAMBDA);
const CLAIMING = { hasClaims: true, mapping: ENDLESS, roughMoves: 120, isReinstating: false };

const mishaps = (world: World) => world.counts.mishaps;
const deaths = (world: World) => world.counts.deaths;

/** Records in the zone, over all rows. */
function landedIn(zone: 'duplicate' | 'quarantined' | 'dedupBypassed') {
  return (world: World) => [...world.stores.ledger.rows.values()].reduce((sum, row) => sum + row[zone], 0);
}

function calls(...sendings: readonly Sending[]): readonly PlannedCall[] {
  return sendings.map((sending, place) => [{ sendings: [sending], shard: place % 2 }]);
}

function sent(id: number, content = 0): Sending {
  return { kind: 'event', id, content, eventTimeMs: START_MS };
}

function misfit(id: number, content: number): Sending {
  return { kind: 'misfit', id, content, eventTimeMs: START_MS };
}

const POISON: Sending = { kind: 'poison' };

const LAWS: readonly FaultLaw[] = [
  {
    name: 'fault 4: batches that are delivered again put their copies beside raw',
    trouble: { plan: CLAIMING, budgets: { ...QUIET, secondPollers: 3, timeouts: 2 }, mishaps: NONE },
    met: landedIn('duplicate'),
  },
  {
    name: 'fault 5: the first content of an id wins, the second is set apart',
    trouble: {
      plan: { ...CLAIMING, calls: calls(sent(0), sent(0, 1), sent(1), sent(0, 2), sent(1, 1), sent(0)) },
      budgets: QUIET,
      mishaps: at('claims', 'refused', 'dies after'),
    },
    met: (world) => landedIn('quarantined')(world) + world.build.tables.conflicts.length,
  },
  {
    name: 'fault 9: a poison record is quarantined and its neighbours land',
    trouble: {
      plan: {
        ...CLAIMING,
        calls: calls(sent(0), sent(1), POISON, POISON, sent(2), sent(3), POISON, sent(4)),
      },
      budgets: QUIET,
      mishaps: at('puts', 'dies before', 'dies after'),
    },
    met: landedIn('quarantined'),
  },
  {
    name: 'fault 11: a crash between claim and object loses nothing: the retry passes its own claim',
    trouble: {
      plan: CLAIMING,
      budgets: QUIET,
      mishaps: (effect) => [...at('claims', 'dies after')(effect), ...at('puts', 'dies before')(effect)],
    },
    met: deaths,
  },
  {
    name: 'fault 12: a crash between object and return finds what stands already',
    trouble: {
      plan: CLAIMING,
      budgets: QUIET,
      mishaps: (effect) => [
        ...at('puts', 'dies after')(effect),
        ...at('appends', 'dies before', 'dies after')(effect),
        ...at('moves', 'dies before', 'dies after')(effect),
      ],
    },
    met: deaths,
  },
  {
    name: 'fault 13: an invocation out of time goes on while its batch comes again',
    trouble: {
      plan: { ...CLAIMING, timeLimitMs: 6_000 },
      budgets: { ...QUIET, timeouts: 4 },
      mishaps: at('', 'slow'),
    },
    met: (world) => world.counts.timeouts,
  },
  {
    name: 'fault 16: an object whose answer is lost, or that is sent twice, stands once',
    trouble: { plan: CLAIMING, budgets: QUIET, mishaps: at('puts', 'answer lost', 'sent twice') },
    met: mishaps,
  },
  {
    name: 'fault 17: two writers of one key, both succeed and one has written',
    trouble: {
      plan: CLAIMING,
      budgets: { ...QUIET, secondPollers: 3 },
      mishaps: at('puts', 'sent twice', 'slow'),
    },
    met: mishaps,
  },
  {
    name: 'fault 18: claims that are throttled fail open, counted, and staging decides',
    trouble: { plan: CLAIMING, budgets: QUIET, mishaps: at('claims', 'refused', 'answer lost') },
    met: landedIn('dedupBypassed'),
  },
  {
    name: 'fault 19: a claim store that is down holds nothing up',
    trouble: {
      plan: { ...CLAIMING, mapping: { ...ENDLESS, batchSize: 2 } },
      budgets: QUIET,
      mishaps: at('claims', 'refused', 'refused', 'refused'),
    },
    met: landedIn('dedupBypassed'),
  },
  {
    name: 'fault 20: a record never is the duplicate of itself',
    trouble: { plan: CLAIMING, budgets: { ...QUIET, pollerCrashes: 3 }, mishaps: at('claims', 'dies after') },
    met: (world) => {
      const own = linesIn(world, 'duplicates').filter(
        (line) => line._owner === `${line._shard_id}#${line._sequence_number}`,
      );
      expect(own).toEqual([]);
      return deaths(world);
    },
  },
  {
    name: 'fault 21: a claim that has expired too early is taken anew, and what it orphans is reinstated',
    trouble: {
      plan: { ...CLAIMING, isCompressing: true, isReinstating: true },
      budgets: { ...QUIET, forgottenClaims: 4, secondPollers: 1 },
      mishaps: at('appends', 'dies before'),
    },
    met: deaths,
  },
  {
    name: 'fault 22: shards that split and merge are read to their end before their children',
    trouble: { plan: CLAIMING, budgets: { ...QUIET, reshards: 3 }, mishaps: at('', 'dies after') },
    met: (world) => world.shards.all.length - world.plan.shards,
  },
  {
    name: 'fault 23: batches that are cut anew overlap and count once',
    trouble: {
      plan: CLAIMING,
      budgets: { ...QUIET, pollerCrashes: 4 },
      mishaps: at('', 'dies after', 'refused'),
    },
    met: deaths,
  },
  {
    name: 'fault 24: records that grow too old leave for the failure destination and none expires',
    trouble: {
      plan: { ...CLAIMING, mapping: mappingSettings({ ...LAMBDA, maximumRecordAgeMs: 60_000 }) },
      budgets: { ...QUIET, timeouts: 3 },
      mishaps: at('', 'slow', 'slow', 'refused'),
    },
    met: (world) => world.counts.discards,
  },
  {
    name: 'fault 25: a discarded batch lands by the redrive',
    trouble: {
      plan: { ...CLAIMING, mapping: mappingSettings({ ...LAMBDA, maximumRetryAttempts: 0 }) },
      budgets: { ...QUIET, redrives: 3 },
      mishaps: (effect) => (effect.startsWith('stager') ? NOTHING : ['dies before', 'dies after', 'refused']),
    },
    met: (world) => world.counts.redrives,
  },
  losingHolders(
    'fault 25: an event whose claim holder was given up and lost comes back from its copy',
    calls(sent(0), sent(0), sent(1), sent(1), sent(2), sent(2), sent(0)),
    rowsOf('reinstate'),
  ),
  losingHolders(
    'fault 5: one whose copies have other content than its lost claim holder comes back too',
    calls(sent(0), sent(0, 1), sent(1), sent(1, 1), sent(1, 2), sent(2), sent(2, 1), sent(2)),
    rowsOf('replay'),
  ),
  losingHolders(
    'fault 5: so does one whose other content only a later contract takes',
    calls(sent(0), misfit(0, 1), sent(1), misfit(1, 1), misfit(1, 2), sent(2), misfit(2, 1)),
    rowsOf('replay'),
  ),
  {
    name: 'fault 34: objects of a batch that died between them are read by nobody before their row stands',
    trouble: {
      plan: CLAIMING,
      budgets: { ...QUIET, stagings: 3 },
      mishaps: at('puts', 'dies before', 'dies after'),
    },
    met: deaths,
  },
];

/** Batches are given up at their first failure, and some are lost then, with the claims that they took. */
function losingHolders(name: string, planned: readonly PlannedCall[], met: FaultLaw['met']): FaultLaw {
  const mapping = mappingSettings({ ...LAMBDA, maximumRetryAttempts: 0 });
  const isMended = planned.flat().some(({ sendings }) => sendings.some(({ kind }) => kind === 'misfit'));
  const plan = { ...CLAIMING, mapping, isCompressing: true, isMended, isReinstating: true, calls: planned };
  const budgets = { ...QUIET, redrives: 0, lostFailures: 3 };
  return { name, trouble: { plan, budgets, mishaps: at('puts', 'dies before', 'refused') }, met };
}

function rowsOf(origin: LedgerOrigin) {
  return (world: World) =>
    [...world.stores.ledger.rows.values()].filter((row) => row.origin === origin).length;
}

function linesIn({ stores, reader }: World, zone: string) {
  const objects = [...stores.objects.bytes].filter(([key]) => key.startsWith(`${zone}/`));
  return objects.flatMap(([, bytes]) => reader.linesOf(bytes));
}

describe('one kind of trouble at a time', () => {
  it.each(LAWS)('$name', async ({ trouble, met }) => {
    let times = 0;
    for (let history = 0; history < HISTORIES; history += 1) {
      const world = await play({ choices: Choices.seeded(SEED, history), history, trouble });
      expect(breachesOf(world, history), `history ${history} of seed ${SEED}`).toEqual([]);
      times += met(world);
    }

    expect(times).toBeGreaterThan(HISTORIES / 10);
  });

  it('fault 35: an object that another release wrote before its row is not set aside', async () => {
    const trouble = {
      plan: { ...CLAIMING, isCompressing: true },
      budgets: { ...QUIET, deployments: 2 },
      mishaps: at('appends', 'dies before'),
    };
    let otherBytes = 0;
    for (let history = 0; history < 50; history += 1) {
      const { stores } = await play({ choices: Choices.seeded(SEED, history), history, trouble });
      const { objects, ledger } = stores;
      const [store, notes] = [new MemoryObjectStore(), new MemoryLedgerStore()];
      for (const [key, bytes] of objects.bytes) await store.putIfAbsent(key, bytes);
      const deps = { objects: store, ledger: notes, telemetry: SILENT };

      const lost = await setAsideBroken(deps, ledger.ascending(), () => true);

      expect(lost).toBe(0);
      for (const { key, storedSha256 } of ledger.ascending().flatMap((row) => row.objects))
        if (hash('sha256', objects.bytes.get(key) ?? '', 'hex') !== storedSha256) otherBytes += 1;
    }
    expect(otherBytes).toBeGreaterThan(0);
  });

  it('fault 10: a stream of nothing but poison is quarantined at once, without a retry', async () => {
    const plan = { ...CLAIMING, calls: calls(POISON, POISON, POISON, POISON, POISON, POISON) };
    const trouble = { plan, budgets: QUIET, mishaps: NONE };

    const world = await play({ choices: Choices.seeded(SEED, 0), history: 0, trouble });

    expect(breachesOf(world, 0)).toEqual([]);
    expect(landedIn('quarantined')(world)).toBe(6);
    expect(world.counts.invocations).toBe(world.stores.ledger.rows.size);
  });
});
