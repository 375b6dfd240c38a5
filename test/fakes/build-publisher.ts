import { type PublishedBuild, tableOf } from '../../lambdas/domain/published-build.ts';
import { wholeVersionText } from '../../lambdas/domain/table-version.ts';
import type { BuildPublisher, BuildToPublish, Published } from '../../lambdas/ports/build-publisher.ts';
import type { SqlEngine, SqlValue } from '../../lambdas/ports/sql-engine.ts';

export type TableRows = readonly (readonly SqlValue[])[];

/** Keeps the rows of each build in memory; a table of the version that stands is taken over from there, as it was. */
export class MemoryBuildPublisher implements BuildPublisher {
  /** What the pointer names. */
  standing: PublishedBuild | null = null;
  /** By build and table. */
  readonly rows = new Map<string, ReadonlyMap<string, TableRows>>();
  readonly published: string[] = [];

  async current(): Promise<PublishedBuild | null> {
    return this.standing;
  }

  async publish(engine: SqlEngine, toPublish: BuildToPublish): Promise<Published> {
    const found = new Map<string, TableRows>();
    let reused = 0;
    for (const { name, version } of toPublish.tables) {
      const before = this.#rowsOfVersion(name, wholeVersionText(version));
      if (before !== undefined) reused += 1;
      found.set(name, before ?? (await engine.query(`select * from ${name} order by all`)).rows);
    }
    const build: PublishedBuild = {
      ...{ product: 'millpond', formatVersion: 2, build: toPublish.runId, runId: toPublish.runId },
      ...{
        publishedAt: toPublish.publishedAt,
        watermark: toPublish.watermark,
        checks: [...toPublish.checks],
      },
      tables: toPublish.tables.map(({ name, columns, version }) => {
        const rows = found.get(name)?.length ?? 0;
        const text = wholeVersionText(version);
        const file = { file: name, period: null, rows, sizeBytes: 0, sha256: '', version: text };
        return tableOf({ name, columns, version: text }, [file]);
      }),
    };
    this.rows.set(build.build, found);
    this.published.push(build.build);
    this.standing = build;
    const rows = build.tables.reduce((sum, table) => sum + table.rows, 0);
    return { build, reused, written: { files: build.tables.length - reused, rows } };
  }

  /** Rows are text as the engine gives them. */
  async restore(engine: SqlEngine, { name }: { readonly name: string }): Promise<void> {
    for (const row of this.rowsOf(name) ?? []) {
      const cells = row.map((cell) => (cell === null ? 'null' : `'${String(cell).replaceAll("'", "''")}'`));
      await engine.execute(`insert into ${name} values (${cells.join(', ')})`);
    }
  }

  #rowsOfVersion(name: string, version: string | null): TableRows | undefined {
    const standing = this.standing?.tables.find((table) => table.name === name);
    return version !== null && standing?.version === version ? this.rowsOf(name) : undefined;
  }

  /** Rows of a table in the build that stands. */
  rowsOf(table: string): TableRows | undefined {
    return this.rows.get(this.standing?.build ?? '')?.get(table);
  }
}
