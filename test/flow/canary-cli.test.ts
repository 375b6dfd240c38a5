import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildProgram } from '../../local/cli/program.ts';
import { CATALOGUE_DATA } from '../../simulator/fakestore/data.ts';
import { type FakeStore, startFakeStore } from '../../simulator/fakestore/start-fakestore.ts';
import { canaryEvent, canaryRecords, leaksIn } from './canaries.ts';
import { cli, tempFolder } from './cli-process.ts';

/** They exist to show data, or make up a shop of their own. */
const SHOW_DATA = ['query', 'export'];
const MAKE_UP_DATA = ['demo', 'simulate'];

const { folder, remove } = tempFolder();
const lake = path.join(folder, 'lake');
const ran = new Set<string>();
let store: FakeStore;

const SHOPPER = {
  email: 'perdita.winter@example.com',
  username: 'perdita',
  password: 'perdita-secret',
  phone: '+49 171 5550199',
};

beforeAll(async () => {
  const users = CATALOGUE_DATA.users.map((user) => ({ ...user, ...SHOPPER }));
  store = await startFakeStore({ data: { ...CATALOGUE_DATA, users } });
});

afterAll(async () => {
  await store.close();
  remove();
});

/** All that a command says, with and without --json. */
async function said(...args: readonly string[]): Promise<string> {
  ran.add(args[0] ?? '');
  const environment = { MILLPOND_DEBUG: '1' };
  const json = await cli([...args, '--lake', lake, '--json'], { environment });
  const plain = await cli([...args, '--lake', lake], { environment });
  return [json, plain].map(({ code, stdout, stderr }) => `exit ${code}\n${stdout}\n${stderr}`).join('\n');
}

function file(name: string, content: string | Buffer): string {
  const target = path.join(folder, name);
  writeFileSync(target, content);
  return target;
}

/** All canaries as a file of lines. */
function lines(): Buffer {
  return Buffer.concat(canaryRecords().flatMap(({ data }) => [data, Buffer.from('\n')]));
}

/** The stored objects of a zone. */
function objectsOf(zone: string): readonly string[] {
  const root = path.join(lake, 'objects', zone);
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

describe('fault 56: the command line says nothing about a person', () => {
  it('when events of every fate are sent', async () => {
    const text = await said('send', '--arrival', 'sent-time', file('events.ndjson', lines()));

    expect(text).toMatch(/exit 1\n/);
    expect(leaksIn(text)).toEqual([]);
  }, 60_000);

  it.each([
    ['a JSON array', () => JSON.stringify([canaryEvent(1)])],
    ['JSON over several lines', () => JSON.stringify(canaryEvent(1), null, 2)],
    ['a table', () => 'name,mail\nPerdita,perdita@example.com\n\0'],
    ['broken gzip', () => gzipSync(lines(), { level: 0 }).subarray(0, 3_000)],
  ])(
    'when %s is refused',
    async (_, content) => {
      const text = await said('send', file('refused', content()));

      expect(text).toMatch(/exit [12]\n/);
      expect(leaksIn(text)).toEqual([]);
    },
    60_000,
  );

  it('when what was sent is taken in, and is shown afterwards', async () => {
    const source = await said('source', 'add', 'fakestore', '--base-url', store.url);
    const run = await said('run');
    const status = await said('status');

    expect(leaksIn([source, run, status].join('\n'))).toEqual([]);
    expect(run).toContain('"check": "long_session"');
    for (const reason of ['not_json', 'clock_skew', 'id_conflict']) expect(status).toContain(reason);
  }, 120_000);

  it('though all of it stands in the lake', async () => {
    const shown = await cli(['query', 'select * from raw_events', '--lake', lake, '--json']);

    expect(leaksIn(shown.stdout)).toContain('perdita');
  }, 60_000);

  it('when the store answers with what must be refused', async () => {
    store.setFaults('users', [
      { kind: 'answer', status: 200, contentType: 'text/html', body: '<p>perdita</p>' },
      { kind: 'answer', status: 500, contentType: 'application/json', body: '"perdita"' },
    ]);

    const text = await said('ingest', 'fakestore');

    expect(leaksIn(text)).toEqual([]);
  }, 60_000);

  it('when objects are damaged', async () => {
    for (const object of objectsOf('raw/events')) {
      const body = readFileSync(object);
      writeFileSync(object, body.fill(0, body.length / 2));
    }

    const texts = [await said('build'), await said('run'), await said('status'), await said('doctor')];

    expect(leaksIn(texts.join('\n'))).toEqual([]);
  }, 120_000);

  it('when events are brought back', async () => {
    const damaged = path.relative(path.join(lake, 'objects'), objectsOf('raw/events')[0] ?? '');
    const texts = [
      await said('replay', 'quarantine', '--dry-run'),
      await said('replay', 'quarantine'),
      await said('redrive'),
      await said('reinstate'),
      await said('rebuild-object', damaged),
      await said('run'),
      await said('tables'),
      await said('models'),
      await said('datasets'),
      await said('runs'),
      await said('checks'),
    ];

    expect(leaksIn(texts.join('\n'))).toEqual([]);
  }, 120_000);

  it('when tables are computed again, and what changed since is told', async () => {
    const range = ['--from', '2020-01-01', '--to', '2026-12-31'];
    const texts = [
      await said('backfill', ...range, '--dry-run'),
      await said('backfill', ...range),
      await said('rebuild'),
      await said('compact'),
      await said('late'),
      await said('late', '--date', '2026-03-01'),
    ];

    expect(leaksIn(texts.join('\n'))).toEqual([]);
  }, 240_000);

  it('by any command that is not there to show data', async () => {
    const { commands } = await buildProgram(async () => undefined, []);
    const names = commands.map((command) => command.name());

    expect(names.filter((name) => !ran.has(name)).sort()).toEqual([...SHOW_DATA, ...MAKE_UP_DATA].sort());
  });
});
