import { parentPort, workerData } from 'node:worker_threads';
import { openLake } from '../../lake.ts';
import { openLakeStores } from '../../lake-stores.ts';
import { openLakeStream } from '../../lake-stream.ts';
import { StorageError } from '../../storage-error.ts';
import { type LandedCounts, land } from './landing.ts';
import { LANDING_TASK, type LandingMessage } from './landing-messages.ts';

/** A thread of its own: lands some shards of a lake, tells how far it is, ends after the batch in hand when told to. */
async function landShards(
  tell: (message: LandingMessage) => void,
  signal: AbortSignal,
): Promise<LandedCounts> {
  const { lakeFolder, shardIds, discardAfter } = LANDING_TASK.parse(workerData);
  const clock = { nowMs: () => Date.now() };
  const lake = openLake(lakeFolder);
  const stores = await openLakeStores(lake, clock);
  try {
    const stream = openLakeStream(lake, clock);
    try {
      return await land(stores, {
        stream,
        shardIds,
        ...(discardAfter === undefined ? {} : { discardAfter }),
        signal,
        onProgress: ({ records }) => tell({ kind: 'progress', records }),
      });
    } finally {
      stream.close();
    }
  } finally {
    stores.close();
  }
}

function failed(error: unknown): LandingMessage {
  const message = error instanceof Error ? error.message : String(error);
  const storage = error instanceof StorageError ? { fault: error.fault, path: error.path } : null;
  return { kind: 'failed', message, storage };
}

const port = parentPort;
if (port === null) throw new Error('landing-thread.ts is started by landing-threads.ts');
const controller = new AbortController();
// Whatever comes from above asks to stop.
port.on('message', () => controller.abort());
const tell = (message: LandingMessage) => port.postMessage(message);
try {
  tell({ kind: 'landed', counts: await landShards(tell, controller.signal) });
} catch (error) {
  tell(failed(error));
} finally {
  port.close();
}
