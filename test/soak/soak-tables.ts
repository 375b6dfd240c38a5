import { playInWorkers } from '../laws/lake/play-in-workers.ts';
import { failureText } from '../laws/lake/run-lake-histories.ts';
import type { SoakSettings } from './soak-settings.ts';

/** After so many histories a line tells how far it is. */
const PROGRESS_EVERY = 50;

/**
 * Puts so many histories of a seed through real runs of a lake, on all cores: run by run = at once, repeated = nothing
 * changes, final stays, and all of it as the oracle says. Prints each history that breaks a law at once, and throws in the end if any did. Returns
 * what to print.
 */
export async function soakTables({ events: histories, seed }: SoakSettings): Promise<readonly string[]> {
  const startedMs = performance.now();
  const seconds = (): number => (performance.now() - startedMs) / 1000;
  const { statistics, failures } = await playInWorkers({ seed, histories }, (done, failure) => {
    if (failure !== null) console.log(failureText(seed, failure));
    if (done % PROGRESS_EVERY === 0)
      console.log(`  ${done} of ${histories} histories, ${seconds().toFixed(0)} s`);
  });
  const { edges, ...figures } = statistics;
  const rarest = Object.entries(edges).sort(([, left], [, right]) => left - right)[0];
  if (failures.length > 0) {
    const numbers = failures.map(({ history }) => history).join(', ');
    throw new Error(`${failures.length} of ${histories} histories of seed ${seed} break a law: ${numbers}`);
  }
  return [
    `tables: ${statistics.histories.toLocaleString('en')} histories, seed ${seed}: no law is broken`,
    `  in ${seconds().toFixed(0)} s, ${(statistics.histories / seconds()).toFixed(2)} histories/s`,
    `  ${JSON.stringify(figures)}`,
    `  ${Object.keys(edges).length} edges, the rarest in ${rarest?.[1]} histories: ${rarest?.[0]}`,
  ];
}
