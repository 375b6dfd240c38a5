import { spawn } from 'node:child_process';

/**
 * `node keeper.ts PROGRAM PARAMETER...` runs a server and ends it, and all that it has started, when standard input
 * closes. That happens however the starter ends, also by Ctrl-C or a kill that it cannot catch, so no server outlives
 * a test run. The keeper leads a process group of its own, which is the server's too.
 */
const GRACE_MS = 5_000;
const [program = '', ...parameters] = process.argv.slice(2);

const server = spawn(program, parameters, { stdio: ['ignore', 'inherit', 'inherit'] });
let isStopping = false;

server.on('error', (error) => {
  console.error(`cannot start ${program}: ${error.message}`);
  process.exit(1);
});
server.on('exit', (code) => process.exit(isStopping ? 0 : (code ?? 1)));
// The group's signal, below, reaches the keeper as well; it ends when the server has ended.
process.on('SIGTERM', () => {});

function stop(): void {
  if (isStopping) return;
  isStopping = true;
  process.kill(0, 'SIGTERM');
  setTimeout(() => process.kill(0, 'SIGKILL'), GRACE_MS);
}

process.stdin.on('end', stop).on('error', stop).resume();
