import { configWith } from '../simulator/config.ts';
import { simulate } from '../simulator/simulate.ts';
import type { Bench } from './bench.ts';
import { cpuSeconds } from './cpu-time.ts';
import { median } from './median.ts';

const DEFAULT_EVENTS = 200_000;
const DEFAULT_RUNS = 3;

/** The shop of the demo, faults and all; the yardstick parses and prints the same JSON texts. */
export const simulateEvents: Bench = {
  name: 'simulate-events',
  meaning:
    'records that the synthetic shop makes per second of one core, beside JSON.parse and stringify of them',
  async measure({ events = DEFAULT_EVENTS, runs = DEFAULT_RUNS, progress }) {
    const config = configWith({ events });
    const seconds: number[] = [];
    const yardstick: number[] = [];
    let records = 0;
    let sizeBytes = 0;
    for (let run = 0; run < runs; run += 1) {
      const texts: string[] = [];
      records = 0;
      sizeBytes = 0;
      const counted = await cpuSeconds(() => {
        for (const { data } of simulate(config)) {
          records += 1;
          sizeBytes += data.length;
        }
      });
      for (const { data, content } of simulate(config)) {
        if (content.kind === 'event') texts.push(Buffer.from(data).toString());
      }
      const printed = await cpuSeconds(() => {
        for (const text of texts) JSON.stringify(JSON.parse(text));
      });
      seconds.push(counted / records);
      yardstick.push(printed / texts.length);
      progress(`run ${run + 1} of ${runs}: ${records} records`);
    }
    return [
      { name: 'simulator', value: 1 / median(seconds), unit: 'records/s' },
      { name: 'yardstick', value: 1 / median(yardstick), unit: 'records/s' },
      { name: 'simulator / yardstick, time', value: median(seconds) / median(yardstick), unit: 'ratio' },
      { name: 'size of a record', value: sizeBytes / records, unit: 'bytes' },
    ];
  },
};
