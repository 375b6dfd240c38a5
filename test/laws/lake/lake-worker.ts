import { parentPort, workerData } from 'node:worker_threads';
import { runLakeHistories } from './run-lake-histories.ts';

const result = await runLakeHistories(workerData, (failure) => parentPort?.postMessage({ failure }));
parentPort?.postMessage({ result });
