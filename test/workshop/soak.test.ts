import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { REPOSITORY_ROOT } from '../architecture/source-tree.ts';
import { EDGE_NAMES } from '../laws/lake/generate.ts';
import { NO_HISTORIES } from '../laws/lake/run-lake-histories.ts';
import { recordLine } from '../soak/soak-record.ts';
import { soakCommand } from '../soak/soak-settings.ts';

const run = promisify(execFile);

describe('the soak', () => {
  it('takes a million hostile records with a seed of its own, when told nothing', () => {
    const { name, settings } = soakCommand([], 'hostile');

    expect(name).toBe('hostile');
    expect(settings).toEqual({ events: 1_000_000, seed: 20_260_131, from: 0, isRecorded: false });
  });

  it('takes the proof, the number and the seed that it is told', () => {
    const { name, settings } = soakCommand(['laws', '--events', '2,000', '--seed', '7'], 'hostile');

    expect(name).toBe('laws');
    expect(settings).toMatchObject({ events: 2_000, seed: 7 });
  });

  it('plays the tables in parts, and keeps their figures when told to', () => {
    const { settings } = soakCommand(['tables', '--events', '50', '--from', '150', '--record'], 'hostile');

    expect(settings).toMatchObject({ events: 50, from: 150, isRecorded: true });
  });

  it.each([
    [['--events', 'many']],
    [['--seed', '-1']],
    [['hostile', 'laws']],
    [['--record', '1']],
    [['tables', '--from', '-1']],
    [['laws', '--from', '1']],
    [['hostile', '--record']],
  ])('refuses %j', (args) => {
    expect(() => soakCommand(args, 'hostile')).toThrow();
  });

  it('keeps a line of figures, with the histories that broke a law', () => {
    const [seldom = '', ...others] = [...EDGE_NAMES].reverse();
    const edges = { ...Object.fromEntries(others.map((name) => [name, 5])), [seldom]: 1 };
    const statistics = { ...NO_HISTORIES, histories: 6, runs: 20, incrementalRuns: 14, finalRows: 9, edges };
    const failures = [{ history: 12, breaches: ['a law'] }];
    const soak = { date: '2026-01-31T00:00:00.000Z', commit: 'abc', seed: 7, from: 10, seconds: 4.6 };

    const line = recordLine({ statistics, failures }, soak);

    expect(line).not.toContain('\n');
    expect(JSON.parse(line)).toMatchObject({
      commit: 'abc',
      from: 10,
      histories: 6,
      incremental: 14,
      final_rows: 9,
      rarest_edge: { name: seldom, histories: 1 },
      breaches: [12],
      seconds: 5,
    });
  });

  it('says what it can be told', async () => {
    const program = join(REPOSITORY_ROOT, 'test', 'soak', 'run.ts');

    expect((await run(process.execPath, [program, '--help'])).stdout).toContain('--from K');
  });

  it.each([
    ['hostile', 'each landed where it must'],
    ['laws', 'no law is broken'],
  ])('plays %s, and says so', async (name, words) => {
    const program = join(REPOSITORY_ROOT, 'test', 'soak', 'run.ts');

    const { stdout } = await run(process.execPath, [program, name, '--events', '100', '--seed', '3']);

    expect(stdout).toMatch(new RegExp(`100 .*, seed 3: ${words}`));
  });

  it('ends with an error when there is no such proof', async () => {
    const program = join(REPOSITORY_ROOT, 'test', 'soak', 'run.ts');

    await expect(run(process.execPath, [program, 'nothing'])).rejects.toMatchObject({ code: 1 });
  });
});
