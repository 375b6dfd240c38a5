import { describe, expect, test } from 'vitest';
import { type SqlEngine, SqlError } from '../../../lambdas/ports/sql-engine.ts';
import { compactTable, type FileCounts, filesFewer } from '../../../lambdas/run-lake/compact-table.ts';

const FEW: FileCounts = {
  dataFiles: 4,
  deleteFiles: 4,
  sizeBytes: 400,
  crowdedPartitions: 0,
  oldSnapshots: 0,
};

/** An Athena that tells these counts, one after another, and refuses statements as it is told to. */
class ScriptedAthena implements SqlEngine {
  readonly dialect = 'athena';
  readonly sent: string[] = [];
  readonly #counts: FileCounts[];
  readonly #refusals: string[];
  readonly #lastAnswer: string;

  constructor(
    counts: readonly FileCounts[],
    refusals: readonly string[] = [],
    lastAnswer = 'TABLE_NOT_FOUND: line 2:3',
  ) {
    this.#lastAnswer = lastAnswer;
    this.#counts = [...counts];
    this.#refusals = [...refusals];
  }

  async execute(sql: string): Promise<void> {
    this.sent.push(sql);
    const refusal = this.#refusals.shift();
    if (refusal !== undefined) throw new SqlError(refusal, { sql });
  }

  async query(sql: string) {
    const counts = this.#counts.shift();
    if (counts === undefined) throw new SqlError(this.#lastAnswer, { sql });
    const { dataFiles, deleteFiles, sizeBytes, crowdedPartitions, oldSnapshots } = counts;
    return { columns: [], rows: [[dataFiles, deleteFiles, sizeBytes, crowdedPartitions, oldSnapshots]] };
  }
}

describe('compacting a table', () => {
  test('rewrites nothing of few files', async () => {
    const engine = new ScriptedAthena([FEW]);

    const report = await compactTable(engine, 'days');

    expect(engine.sent).toEqual([]);
    expect(report).toEqual({
      table: 'days',
      before: { dataFiles: 4, deleteFiles: 4, sizeBytes: 400 },
      after: { dataFiles: 4, deleteFiles: 4, sizeBytes: 400 },
    });
  });

  test.each([
    ['a partition of many files', { ...FEW, crowdedPartitions: 1 }],
    ['many files of deleted rows', { ...FEW, deleteFiles: 5 }],
  ])('rewrites %s, and tells how many files are gone', async (_what, counts) => {
    const engine = new ScriptedAthena([counts, { ...FEW, dataFiles: 1, deleteFiles: 0 }]);

    const report = await compactTable(engine, 'days');

    expect(engine.sent).toEqual(['optimize days rewrite data using bin_pack']);
    expect(report === null ? null : filesFewer(report)).toBe(4 + counts.deleteFiles - 1);
  });

  test('lets old snapshots go, though no file is to be rewritten', async () => {
    const engine = new ScriptedAthena([{ ...FEW, oldSnapshots: 1 }]);

    await compactTable(engine, 'days');

    expect(engine.sent).toEqual(['vacuum days']);
  });

  test('goes on for as long as Athena asks for more rounds, within bounds', async () => {
    const more = 'ICEBERG_OPTIMIZE_MORE_RUNS_NEEDED: 20000 files were rewritten';
    const engine = new ScriptedAthena([{ ...FEW, crowdedPartitions: 1 }, FEW], [more, more]);
    await compactTable(engine, 'days');
    expect(engine.sent).toHaveLength(3);

    const endless = new ScriptedAthena(
      [{ ...FEW, crowdedPartitions: 1 }],
      Array.from({ length: 99 }, () => more),
    );
    await expect(compactTable(endless, 'days')).rejects.toThrow(/MORE_RUNS_NEEDED/);
    expect(endless.sent).toHaveLength(50);
  });

  test('passes over a table that is not there, and throws what else the engine says', async () => {
    expect(await compactTable(new ScriptedAthena([]), 'days')).toBeNull();

    const nowhere = new ScriptedAthena([], [], "line 2:3: Schema 'shop' does not exist");
    await expect(compactTable(nowhere, 'days')).rejects.toThrow(/Schema 'shop'/);

    const refusing = new ScriptedAthena([{ ...FEW, crowdedPartitions: 1 }], ['ACCESS_DENIED']);
    await expect(compactTable(refusing, 'days')).rejects.toThrow(/ACCESS_DENIED/);
  });
});
