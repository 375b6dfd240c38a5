import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';
import { cacheFolder } from './cache-folder.ts';
import { endOfLog } from './server-process.ts';

/** Says what was not asserted and why, and after a failure how each server's log ends. */
export class EmulatorReport implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        const result = test.result();
        const note = result.state === 'skipped' && result.note !== undefined ? `: ${result.note}` : '';
        console.log(`skipped: ${test.fullName}${note}`);
      }
    }
    if (errors.length > 0 || modules.some((module) => !module.ok())) showLogs();
  }
}

function showLogs(): void {
  const folder = join(cacheFolder(), 'logs');
  for (const name of readdirSync(folder).sort()) {
    const file = join(folder, name);
    console.error(`\n${file} ends with:\n${endOfLog(file)}`);
  }
}
