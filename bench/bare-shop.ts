import { mkdirSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { bareQueries } from './bare-shop-queries.ts';
import { cpuSeconds } from './cpu-time.ts';

/**
 * The yardstick of `lake-build`, a program of its own: `node bench/bare-shop.ts OBJECTS DATABASE TEMP MEMORY_MB THREADS`.
 * Runs the bare queries one after the other and prints what each took, as JSON.
 */
const [objects = '', database = '', temp = '', memoryMb = '800', threads = '2'] = process.argv.slice(2);

mkdirSync(temp, { recursive: true });
const instance = await DuckDBInstance.create(database, {
  memory_limit: `${memoryMb}MB`,
  threads,
  temp_directory: temp,
  preserve_insertion_order: 'false',
});
const connection = await instance.connect();
const taken: { readonly name: string; readonly wallS: number; readonly cpuS: number }[] = [];
for (const { name, sql } of bareQueries(objects)) {
  const started = performance.now();
  const cpuS = await cpuSeconds(() => connection.run(sql));
  taken.push({ name, wallS: (performance.now() - started) / 1000, cpuS });
}
connection.closeSync();
instance.closeSync();
process.stdout.write(`${JSON.stringify(taken)}\n`);
