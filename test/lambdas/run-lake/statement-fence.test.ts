import { beforeEach, describe, expect, it } from 'vitest';
import type { SqlEngine, StatementFence } from '../../../lambdas/ports/sql-engine.ts';
import { LostLeaseError, STATE_NAMES } from '../../../lambdas/run-lake/lake-state.ts';
import { takeOverStatements } from '../../../lambdas/run-lake/statement-fence.ts';
import { MemoryLedgerStore } from '../../fakes/ledger-store.ts';

/** An engine whose statements outlive their callers; all engines of a test work on one list of what happened. */
class LastingEngine implements SqlEngine {
  readonly dialect = 'athena';
  readonly #name: string;
  readonly #log: string[];
  #fence: StatementFence | null = null;
  /** What happens between the note and the start of a statement. */
  beforeStart = async (): Promise<void> => undefined;

  constructor(name: string, log: string[]) {
    this.#name = name;
    this.#log = log;
  }

  async takeOver({ lastMark, fence }: { lastMark: string | null; fence: StatementFence }): Promise<void> {
    this.#fence = fence;
    this.#log.push(`${this.#name} stops ${lastMark ?? 'nothing'}`);
  }

  async execute(sql: string): Promise<void> {
    await this.#fence?.begin(`${this.#name}: ${sql}`);
    await this.beforeStart();
    this.#log.push(`${this.#name} runs ${sql}`);
  }

  async query(): Promise<never> {
    throw new Error('nobody reads here');
  }
}

let ledger: MemoryLedgerStore;
let log: string[];

beforeEach(() => {
  ledger = new MemoryLedgerStore();
  log = [];
});

async function holder(name: string, fence: number): Promise<LastingEngine> {
  const engine = new LastingEngine(name, log);
  await takeOverStatements({ engine, ledger }, { fence, term: name });
  return engine;
}

describe('fault 37: a holder that stalls past the expiry of its lease', () => {
  it('is refused its next statement once another has taken over', async () => {
    const stalled = await holder('old', 1);
    await stalled.execute('merge 1');
    const successor = await holder('new', 2);

    await expect(stalled.execute('merge 2')).rejects.toBeInstanceOf(LostLeaseError);
    await successor.execute('merge 2');

    expect(log).toEqual([
      'old stops nothing',
      'old runs merge 1',
      'new stops old: merge 1',
      'new runs merge 2',
    ]);
  });

  it('has noted a statement that it has not started yet: the next one knows of it', async () => {
    const stalled = await holder('old', 1);
    stalled.beforeStart = async () => {
      await holder('new', 2);
    };

    await stalled.execute('merge 1');

    expect(log).toContain('new stops old: merge 1');
  });

  it('cannot take the lake back under its old lease', async () => {
    await holder('new', 2);

    await expect(holder('old', 1)).rejects.toBeInstanceOf(LostLeaseError);
  });
});

describe('one lease', () => {
  it('fault 38: passes from a try that died to the next one, which stops what that had begun', async () => {
    const first = await holder('try 1', 1);
    await first.execute('merge 1');
    await holder('try 2', 1);

    await expect(first.execute('merge 2')).rejects.toBeInstanceOf(LostLeaseError);
    expect(log).toEqual(['try 1 stops nothing', 'try 1 runs merge 1', 'try 2 stops try 1: merge 1']);
  });

  it('fault 38: a successor that dies before it has stopped anything leaves the note to the next', async () => {
    await (await holder('old', 1)).execute('merge 1');
    const dying: SqlEngine = new LastingEngine('dying', log);
    dying.takeOver = () => Promise.reject(new Error('died'));
    await expect(takeOverStatements({ engine: dying, ledger }, { fence: 2, term: 'dying' })).rejects.toThrow(
      'died',
    );

    await holder('new', 3);

    expect(log.at(-1)).toBe('new stops old: merge 1');
  });

  it('is still held when the store took a note and its answer was lost', async () => {
    const engine = await holder('one', 1);
    const { writeState } = ledger;
    ledger.writeState = async (...args) => {
      await writeState.apply(ledger, args);
      return false;
    };

    await engine.execute('merge 1');

    expect(log).toContain('one runs merge 1');
  });

  it('is taken over also while the old holder notes one statement after the other', async () => {
    const old = await holder('old', 1);
    const { writeState } = ledger;
    let isFirst = true;
    ledger.writeState = async (name, expected, value) => {
      if (isFirst && value.includes('"new"')) {
        isFirst = false;
        await old.execute('merge 1');
      }
      return writeState.call(ledger, name, expected, value);
    };

    await holder('new', 2);

    expect(log.at(-1)).toBe('new stops old: merge 1');
  });
});

it('an engine whose statements end with their process needs none of it', async () => {
  const engine: SqlEngine = {
    dialect: 'duckdb',
    execute: async () => undefined,
    query: () => Promise.reject(),
  };

  await takeOverStatements({ engine, ledger }, { fence: 1, term: 'one' });

  expect(ledger.states.has(STATE_NAMES.statementFence)).toBe(false);
});
