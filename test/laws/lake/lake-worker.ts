import { parentPort, workerData } from 'node:worker_threads';
import { runLakeHistories } from './run-lake-histories.ts';

const result = await runLakeHistories(workerData, (failed) => parentPort?.postMessage({ failed }));
parentPort?.postMessage({ result });
