import { describe, expect, it } from 'vitest';
import { buildProgram } from '../../../local/cli/program.ts';

async function namesFor(...args: readonly string[]): Promise<readonly string[]> {
  const { commands } = await buildProgram(async () => undefined, args);
  return commands.map((command) => command.name());
}

const EVERY = await namesFor();

describe('the command line loads', () => {
  it.each(EVERY)('%s alone, when the arguments begin with it', async (name) => {
    expect(await namesFor(name, 'run', '--help')).toEqual([name]);
  });

  it.each([
    ['after options that every command takes', ['--json', '--quiet', '--lake', 'shop', 'status']],
    ['also when the lake has the name of a command', ['--lake', 'run', 'status']],
    ['also when the lake is joined to its option', ['--lake=run', 'status', 'run']],
  ])('the command %s', async (_, args) => {
    expect(await namesFor(...args)).toEqual(['status']);
  });

  it.each([
    ['for help', ['--help', 'run']],
    ['for help on a command', ['help', 'run']],
    ['for a name that is misspelt', ['statsu', 'run']],
    ['for the name of a built-in property', ['constructor']],
    ['for an option that is not known', ['--verbose', 'run']],
    ['without a value for the lake', ['--lake']],
  ])('every command %s', async (_, args) => {
    expect(await namesFor(...args)).toEqual(EVERY);
  });
});
