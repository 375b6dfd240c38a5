import { parentPort, workerData } from 'node:worker_threads';
import { runHistories } from './run-histories.ts';

// Stack traces of the mishaps, which are many and wanted by nobody, would take their share of the time.
Error.stackTraceLimit = 0;
parentPort?.postMessage(await runHistories(workerData));
