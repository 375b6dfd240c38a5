import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';
import { cacheFolder } from './cache-folder.ts';
import { endOfLog } from './server-process.ts';

/** Shows the end of each server's log when a test has failed. */
export class LogsOnFailure implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    if (errors.length === 0 && modules.every((module) => module.ok())) return;
    const folder = join(cacheFolder(), 'logs');
    for (const name of readdirSync(folder).sort()) {
      const file = join(folder, name);
      console.error(`\n${file} ends with:\n${endOfLog(file)}`);
    }
    console.error();
  }
}
