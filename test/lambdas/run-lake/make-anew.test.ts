import { describe, expect, test } from 'vitest';
import type { SqlDialect } from '../../../lambdas/domain/models/dialect.ts';
import type { SqlEngine } from '../../../lambdas/ports/sql-engine.ts';
import { RunTables } from '../../../lambdas/run-lake/make-anew.ts';

/** An engine in which these tables stand. */
function engineWith(dialect: SqlDialect, standing: readonly string[], sent: string[]): SqlEngine {
  return {
    dialect,
    execute: async (sql) => {
      sent.push(sql.split('\n')[0] ?? '');
    },
    query: async (sql) => {
      sent.push(sql.slice(0, 'select table_name'.length));
      return { columns: [], rows: standing.map((name) => [name]) };
    },
  };
}

describe('the tables of one run', () => {
  test('where tables outlive a process, what an earlier caller left goes, and nothing else is dropped', async () => {
    const sent: string[] = [];
    const tables = new RunTables(engineWith('trino', ['left_over'], sent), '');

    await tables.make('fresh', 'select 1');
    await tables.make('left_over', 'select 1');
    await tables.drop('never_made');
    await tables.drop('fresh');
    await tables.drop('fresh');

    expect(sent).toEqual([
      'select table_name',
      'create table fresh as',
      'drop table if exists left_over',
      'create table left_over as',
      'drop table if exists fresh',
    ]);
  });

  test('one whose making failed counts as standing, since the engine may have made it', async () => {
    const sent: string[] = [];
    const engine = engineWith('trino', [], sent);
    const failing: SqlEngine = { ...engine, execute: () => Promise.reject(new Error('lost')) };
    const tables = new RunTables(failing, '');
    await expect(tables.make('fresh', 'select 1')).rejects.toThrow('lost');

    await expect(tables.drop('fresh')).rejects.toThrow('lost');
  });

  test('a laptop replaces what stands, and is not asked', async () => {
    const sent: string[] = [];
    const tables = new RunTables(engineWith('duckdb', ['left_over'], sent), '');

    await tables.make('fresh', 'select 1');
    await tables.make('fresh', 'select 2');
    await tables.drop('fresh');

    expect(sent).toEqual([
      'create or replace temporary table fresh as',
      'create or replace temporary table fresh as',
      'drop table if exists fresh',
    ]);
  });

  test('a name at which runs of one kind keep rows and those of another show a view is free for either', async () => {
    const sent: string[] = [];
    const tables = new RunTables(engineWith('trino', ['left_over'], sent), '');

    await tables.show('left_over', 'select 1');
    await tables.makeForView('left_over', 'select 1');
    const wasTable = await tables.drop('left_over');
    const wasTableStill = await tables.drop('left_over');

    expect(sent).toEqual([
      'select table_name',
      'drop table if exists left_over',
      'create or replace view left_over as',
      'drop view if exists left_over',
      'create table left_over as',
      'drop table if exists left_over',
    ]);
    expect([wasTable, wasTableStill]).toEqual([true, false]);
  });
});
