import type { KinesisPlace } from '../../../lambdas/aws/open-kinesis.ts';
import type { Destination, OpenStream } from './destination.ts';
import { kinesisFailure } from './kinesis-failure.ts';
import { machineTempFolder } from './temp-folder.ts';

/** What a person must know who sends events that happened long ago. */
export const ARRIVE_NOW =
  'Kinesis stamps arrivals itself: records arrive now, whatever their time; an event that is older than 3 days by then counts as too late.';

/** A Kinesis stream. No lake is needed for it, and nothing is asked of AWS before the first events are sent. */
export function openKinesisDestination(place: KinesisPlace): Destination {
  return {
    sink: 'kinesis',
    streamName: place.streamName,
    next: '',
    rejectsFolder: '.',
    ...machineTempFolder(),
    open: () => openStream(place),
  };
}

async function openStream(place: KinesisPlace): Promise<OpenStream> {
  // Only here, so that a laptop's commands do not wait for the SDK to load.
  const { openKinesisEventStream } = await import('../../../lambdas/aws/open-kinesis.ts');
  const stream = openKinesisEventStream(place);
  return {
    put: async (records) => {
      try {
        return await stream.put(records);
      } catch (error) {
        throw kinesisFailure(error, place);
      }
    },
    close: () => stream.close(),
  };
}
