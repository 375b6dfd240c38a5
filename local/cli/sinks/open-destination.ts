import type { OutgoingRecord, PutResult } from '../../../lambdas/ports/stream.ts';
import type { CommandContext } from '../context.ts';
import type { Destination, OpenStream, StreamChoice } from './destination.ts';
import { openKinesisDestination } from './kinesis-destination.ts';
import { openLocalDestination } from './local-destination.ts';
import { machineTempFolder } from './temp-folder.ts';

/** The lake is made when it is missing; nothing of AWS is loaded for it. A dry run changes nothing anywhere. */
export function openDestination(
  context: CommandContext,
  choice: StreamChoice,
  { isDryRun }: { readonly isDryRun: boolean },
): Destination {
  if (isDryRun) return openNowhere(choice);
  return choice.sink === 'local' ? openLocalDestination(context) : openKinesisDestination(choice.place);
}

function openNowhere(choice: StreamChoice): Destination {
  return {
    sink: choice.sink,
    streamName: choice.sink === 'local' ? null : choice.place.streamName,
    next: '',
    rejectsFolder: '.',
    ...machineTempFolder(),
    open: async () => NOWHERE,
  };
}

/** Takes everything and keeps nothing. */
const NOWHERE: OpenStream = {
  keepsCallOrder: true,
  put: async (records: readonly OutgoingRecord[]): Promise<readonly PutResult[]> =>
    records.map(() => ({ kind: 'accepted', shardId: '', sequenceNumber: '' })),
  close: () => {},
};
