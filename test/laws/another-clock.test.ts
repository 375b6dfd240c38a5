import { afterEach, describe, expect, it, vi } from 'vitest';
import { Choices } from './world/choices.ts';
import { play } from './world/play.ts';
import type { World } from './world/world.ts';

const SEED = Number(process.env.MILLPOND_LAW_SEED ?? 53);
const HISTORIES = 150;
const CLOCKS_MS = [0, Date.parse('2026-01-31T11:00:00Z'), Date.parse('2099-12-31T23:59:59Z')];

/** The same history, with the machine's clock standing at a time. */
async function playAt(nowMs: number, history: number): Promise<World> {
  vi.useFakeTimers({ toFake: ['Date', 'performance'], now: nowMs });
  return play({ choices: Choices.seeded(SEED, history), history });
}

describe('another clock', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('gives the same keys, bytes, rows and tables (promise 3)', async () => {
    for (let history = 0; history < HISTORIES; history += 1) {
      const worlds: World[] = [];
      for (const nowMs of CLOCKS_MS) worlds.push(await playAt(nowMs, history));
      const [first, ...others] = worlds;

      for (const other of others) {
        expect([...other.stores.objects.bytes]).toEqual([...(first?.stores.objects.bytes ?? [])]);
        expect([...other.stores.ledger.rows]).toEqual([...(first?.stores.ledger.rows ?? [])]);
        expect(other.build.tables).toEqual(first?.build.tables);
      }
    }
  });
});
