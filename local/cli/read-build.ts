import { renderBiView } from '../../lambdas/domain/models/render-table.ts';
import { hasBiView } from '../../lambdas/run-lake/finish-run.ts';
import { type BuildInUse, useCurrentBuild } from '../builds/build-folders.ts';
import { type DuckDbEngine, openDuckDb } from '../duckdb-engine.ts';
import type { Lake } from '../lake.ts';
import { readModels } from '../model-files.ts';
import type { CommandContext } from './context.ts';
import { requireTablesHere } from './engine/tables-place.ts';
import { CommandError } from './errors.ts';
import { sqlName, sqlText } from './read-database.ts';

/** A published build, open for reading. */
export interface OpenBuild {
  readonly engine: DuckDbEngine;
  readonly build: BuildInUse['build'];
  close(): void;
}

/**
 * Opens the build that stands: each table and BI view of it under its name, and nothing else on this machine. It waits
 * for no run and keeps none waiting. Throws CommandError `no_build` when none was published yet.
 */
export async function openPublished(context: CommandContext, lake: Lake): Promise<OpenBuild> {
  await requireTablesHere(context, lake);
  const inUse = useCurrentBuild(lake.buildsFolder);
  if (inUse === null) {
    throw new CommandError(
      'no_build',
      `The lake in ${lake.folder} has no published build yet: \`run\` publishes one when its checks pass.`,
    );
  }
  const forget = context.interrupt.onAbruptEnd(inUse.release);
  context.interrupt.endAtOnce();
  const release = () => {
    forget();
    inUse.release();
  };
  try {
    const engine = await openDuckDb({ file: ':memory:', memoryLimitMb: context.settings.engineMemoryMb });
    await nameTables(engine, inUse);
    await engine.execute(`set allowed_directories = [${sqlText(inUse.folder)}]`);
    await engine.execute('set enable_external_access = false');
    const close = () => {
      engine.close();
      release();
    };
    return { engine, build: inUse.build, close };
  } catch (error) {
    release();
    throw error;
  }
}

/** The columns are the build's own: this Millpond may be newer than it. */
async function nameTables(engine: DuckDbEngine, { build, folder }: BuildInUse): Promise<void> {
  const viewed = new Set(
    readModels()
      .models.filter(hasBiView)
      .map(({ name }) => name),
  );
  for (const { name, files, columns } of build.tables) {
    const names = columns.map((column) => sqlName(column.name)).join(', ');
    const places = files.map(({ file }) => sqlText(`${folder}/${file}`));
    const source = `read_parquet([${places.join(', ')}], hive_partitioning = false)`;
    await engine.execute(`create view ${sqlName(name)} as select ${names} from ${source}`);
    if (!viewed.has(name)) continue;
    const described = columns.map((column) => ({ ...column, isNullable: true, meaning: '' }));
    await engine.execute(renderBiView({ name, columns: described }));
  }
}
