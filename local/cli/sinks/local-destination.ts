import path from 'node:path';
import { claimLakeForUser, openOrCreateLake } from '../../lake.ts';
import { openLakeStream } from '../../lake-stream.ts';
import { ownTempFolder, removeAbandonedTempFolders, removeOwnTempFolder } from '../../temp-files.ts';
import type { CommandContext } from '../context.ts';
import type { Destination } from './destination.ts';

/** The stream of the context's lake; the lake is made when it is missing. Throws LakeError. */
export function openLocalDestination(context: CommandContext): Destination {
  const nowMs = context.clock.nowMs();
  const { lake, isNew } = openOrCreateLake(context.lakeFolder, { madeBy: 'user', nowMs });
  if (isNew) context.reporter.info(`Made a new lake in ${lake.folder}.`);
  removeAbandonedTempFolders(lake);
  return {
    sink: 'local',
    streamName: null,
    next: ' Next: `run`.',
    rejectsFolder: path.join(lake.folder, 'rejects'),
    tempFolder: () => ownTempFolder(lake),
    open: async () => {
      const stream = openLakeStream(lake, context.clock);
      if (claimLakeForUser(lake, nowMs)) {
        context.reporter.info(
          "This was the demo's lake; it holds your events now, so the demo will not clear it.",
        );
      }
      return stream;
    },
    clean: () => removeOwnTempFolder(lake),
  };
}
