import path from 'node:path';
import type { BuildPublisher } from '../../../lambdas/ports/build-publisher.ts';
import type { ObjectStore } from '../../../lambdas/ports/object-store.ts';
import type { SqlEngine } from '../../../lambdas/ports/sql-engine.ts';
import type { LakePlaces } from '../../../lambdas/run-lake/run-dependencies.ts';
import { ParquetPublisher } from '../../builds/parquet-publisher.ts';
import type { Lake } from '../../lake.ts';
import { ownTempFolder } from '../../temp-files.ts';
import { relocatedObjects } from '../../trino/relocated-objects.ts';
import type { CommandContext } from '../context.ts';
import { openTables } from '../open-tables.ts';
import type { EnginePlace } from './engine-options.ts';
import { openTrinoForWriting, requireWritable } from './open-trino.ts';

/** The engine of a run, and what goes with it. */
export interface OpenEngine {
  readonly engine: SqlEngine;
  readonly places: LakePlaces;
  /** With locations as the engine sees them. */
  readonly objects: ObjectStore;
  /** Absent where nothing is published: readers then take the tables themselves. */
  readonly publisher?: BuildPublisher;
  close(): void;
}

export interface EngineToOpen {
  readonly place: EnginePlace;
  /** How long to wait for readers of a DuckDB file. */
  readonly waitS: number;
  /** Of a DuckDB file: as in DuckDbOptions. */
  readonly mergesRowGroups: boolean;
}

/** Opens the place for a run. Throws CommandError. */
export async function openEngine(
  context: CommandContext,
  { lake, objects }: { readonly lake: Lake; readonly objects: ObjectStore },
  { place, waitS, mergesRowGroups }: EngineToOpen,
): Promise<OpenEngine> {
  if (place.kind === 'trino') {
    const writable = requireWritable(place);
    const { objectsRoot, warehouse, rawSchema } = writable;
    return {
      engine: await openTrinoForWriting(writable),
      places: { objectsRoot, warehouse: warehouse ?? '', rawSchema },
      objects: relocatedObjects(objects, objectsRoot),
      close: () => undefined,
    };
  }
  const engine = await openTables(context, waitS, {
    file: lake.databaseFile,
    memoryLimitMb: context.settings.engineMemoryMb,
    tempFolder: path.join(ownTempFolder(lake), 'duckdb'),
    searchFolder: lake.folder,
    mergesRowGroups,
  });
  return {
    engine,
    places: { objectsRoot: 'objects/', warehouse: '' },
    objects,
    publisher: new ParquetPublisher({
      buildsFolder: lake.buildsFolder,
      keep: context.settings.buildsKept,
    }),
    close: () => engine.close(),
  };
}
