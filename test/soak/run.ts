import { soakHostile } from './hostile/soak-hostile.ts';
import { soakLaws } from './soak-laws.ts';
import { SOAK_HELP, type SoakSettings, soakCommand } from './soak-settings.ts';
import { soakTables } from './soak-tables.ts';

/**
 * Long proofs by name: `npm run soak -- laws --events 1000000 --seed 7`. Each throws when it finds something, and returns
 * the lines to print when it does not.
 */
const SOAKS: ReadonlyMap<string, (settings: SoakSettings) => Promise<readonly string[]>> = new Map([
  ['hostile', soakHostile],
  ['laws', soakLaws],
  ['tables', soakTables],
]);

const args = process.argv.slice(2);
try {
  if (args.includes('--help')) console.log(SOAK_HELP);
  else await play(args);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}

async function play(args: readonly string[]): Promise<void> {
  const { name, settings } = soakCommand(args, 'hostile');
  const soak = SOAKS.get(name);
  if (soak === undefined) throw new Error(`no soak ${name}: there are ${[...SOAKS.keys()].join(', ')}`);
  console.log(`soak ${name}: ${settings.events.toLocaleString('en')} with seed ${settings.seed}`);
  for (const line of await soak(settings)) console.log(line);
}
