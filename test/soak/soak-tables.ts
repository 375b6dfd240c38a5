import { playInProcesses } from '../laws/lake/play-in-processes.ts';
import { failureText } from '../laws/lake/run-lake-histories.ts';
import { appendRecord, commitAtHand, RECORD_FILE, rarestEdges, recordLine } from './soak-record.ts';
import type { SoakSettings } from './soak-settings.ts';

/** After so many histories a line tells how far it is. */
const PROGRESS_EVERY = 50;

/**
 * Puts so many histories of a seed through real runs of a lake, on all cores: run by run = at once, repeated = nothing
 * changes, final stays, and all of it as the oracle says. Prints each history that breaks a law at once, keeps the figures
 * when it is told to, and throws in the end if any broke one. Returns what to print.
 */
export async function soakTables(settings: SoakSettings): Promise<readonly string[]> {
  const { events: histories, seed, from, isRecorded } = settings;
  // As it began: somebody may commit meanwhile.
  const commit = isRecorded ? commitAtHand() : '';
  const startedMs = performance.now();
  const seconds = (): number => (performance.now() - startedMs) / 1000;
  const result = await playInProcesses({ seed, from, histories }, (done, failure) => {
    if (failure !== null) console.log(failureText(seed, failure));
    if (done % PROGRESS_EVERY === 0)
      console.log(`  ${done} of ${histories} histories, ${seconds().toFixed(0)} s`);
  });
  const { statistics, failures } = result;
  const date = new Date().toISOString();
  if (isRecorded) appendRecord(recordLine(result, { date, commit, seed, from, seconds: seconds() }));
  if (failures.length > 0) {
    const numbers = failures.map(({ history }) => history).join(', ');
    throw new Error(`${failures.length} of ${histories} histories of seed ${seed} break a law: ${numbers}`);
  }
  const { edges, ...figures } = statistics;
  const [rarest, ...others] = rarestEdges(edges);
  return [
    `tables: ${statistics.histories.toLocaleString('en')} histories from ${from}, seed ${seed}: no law is broken`,
    `  in ${seconds().toFixed(0)} s, ${(statistics.histories / seconds()).toFixed(2)} histories/s`,
    `  ${JSON.stringify(figures)}`,
    `  ${others.length + 1} edges, the rarest in ${rarest?.[1]} histories: ${rarest?.[0]}`,
    ...(isRecorded ? [`  kept in ${RECORD_FILE}`] : []),
  ];
}
