import { existsSync } from 'node:fs';
import path from 'node:path';
import { openLake } from '../../local/lake.ts';
import { openLakeStream } from '../../local/lake-stream.ts';
import { stoppedClock } from './stopped-clock.ts';

/** What stands in the stream of a lake, as text; nothing when there is no lake. */
export function streamed(lake: string): { texts: string[]; arrivals: number[] } {
  if (!existsSync(path.join(lake, 'stream.sqlite'))) return { texts: [], arrivals: [] };
  const stream = openLakeStream(openLake(lake), stoppedClock);
  try {
    const records = stream
      .shards()
      .flatMap(({ shardId }) => stream.read({ shardId, afterSequence: null, limit: 10_000, maxBytes: 1e9 }));
    records.sort((left, right) => left.arrivalTimeMs - right.arrivalTimeMs);
    return {
      texts: records.map((record) => Buffer.from(record.data).toString()),
      arrivals: records.map((record) => record.arrivalTimeMs),
    };
  } finally {
    stream.close();
  }
}
