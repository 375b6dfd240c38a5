// Loaded before a program that is measured: at its end it writes what the program used, for measured-process.ts.
import { writeFileSync } from 'node:fs';

const file = process.env.MILLPOND_BENCH_USAGE;
process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  if (file !== undefined) {
    writeFileSync(
      file,
      JSON.stringify({ maxRssMb: maxRSS / 1024, cpuS: (userCPUTime + systemCPUTime) / 1e6 }),
    );
  }
});
