import path from 'node:path';
import { openLakeStream } from '../../lake-stream.ts';
import { ownTempFolder, removeAbandonedTempFolders, removeOwnTempFolder } from '../../temp-files.ts';
import type { CommandContext } from '../context.ts';
import { claimForUser, openUserLake } from '../user-lake.ts';
import type { Destination } from './destination.ts';

/** The stream of the context's lake; the lake is made when it is missing. Throws LakeError. */
export function openLocalDestination(context: CommandContext): Destination {
  const lake = openUserLake(context);
  removeAbandonedTempFolders(lake);
  return {
    sink: 'local',
    streamName: null,
    next: ' Next: `run`.',
    rejectsFolder: path.join(lake.folder, 'rejects'),
    tempFolder: () => ownTempFolder(lake),
    open: async () => {
      const stream = openLakeStream(lake, context.clock);
      claimForUser(context, lake);
      return stream;
    },
    clean: () => removeOwnTempFolder(lake),
  };
}
