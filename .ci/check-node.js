// Stands before every script that runs TypeScript. Plain JavaScript, so that an older Node can read it and say so.
const NEEDED_MAJOR = 24;
const { node } = process.versions;

if (Number(node.split('.')[0]) < NEEDED_MAJOR) {
  process.stderr.write(
    `millpond: this is Node ${node} (${process.execPath}), but Millpond needs Node ${NEEDED_MAJOR} or newer: ` +
      'start it through npm (`npm ci`, then `npm test`), which brings its own Node on Linux (x64, arm64) and ' +
      `Windows (x64); elsewhere install Node ${NEEDED_MAJOR} from nodejs.org.\n`,
  );
  process.exit(1);
}
