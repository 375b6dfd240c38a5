#!/usr/bin/env node
// Plain JavaScript, so that an older Node can read it far enough to say what is wrong.
import * as module from 'node:module';

const NEEDED_MAJOR = 24;
const major = Number(process.versions.node.split('.')[0]);

if (major < NEEDED_MAJOR) {
  process.stderr.write(
    `millpond: this is Node ${process.versions.node} (${process.execPath}), but Millpond needs Node ${NEEDED_MAJOR} or newer: ` +
      'run `npm ci` and then `npm run millpond -- <command>`, which brings its own Node on Linux and Windows; ' +
      `on macOS install Node ${NEEDED_MAJOR} from nodejs.org.\n`,
  );
  process.exitCode = 1;
} else {
  silenceSqliteNotice();
  // Compiled code is kept in the system's temporary folder: the second start takes half the time.
  module.enableCompileCache();
  const { main } = await import('./cli/main.ts');
  // Everything is written by now; a pipe on stdin that nobody reads to its end must not keep the process.
  process.exit(await main(process.argv.slice(2)));
}

/** node:sqlite announces itself as experimental at each start; every other warning still shows. */
function silenceSqliteNotice() {
  const emitWarning = process.emitWarning;
  process.emitWarning = (warning, ...rest) => {
    if (!String(warning).startsWith('SQLite is an experimental feature')) {
      emitWarning.call(process, warning, ...rest);
    }
  };
}
