import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { REPOSITORY_ROOT } from '../architecture/source-tree.ts';
import { soakCommand } from '../soak/soak-settings.ts';

const run = promisify(execFile);

describe('the soak', () => {
  it('takes a million hostile records with a seed of its own, when told nothing', () => {
    const { name, settings } = soakCommand([], 'hostile');

    expect(name).toBe('hostile');
    expect(settings).toEqual({ events: 1_000_000, seed: 20_260_131 });
  });

  it('takes the proof, the number and the seed that it is told', () => {
    const { name, settings } = soakCommand(['laws', '--events', '2,000', '--seed', '7'], 'hostile');

    expect(name).toBe('laws');
    expect(settings).toEqual({ events: 2_000, seed: 7 });
  });

  it.each([[['--events', 'many']], [['--seed', '-1']], [['hostile', 'laws']], [['--record', '1']]])(
    'refuses %j',
    (args) => {
      expect(() => soakCommand(args, 'hostile')).toThrow();
    },
  );

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
