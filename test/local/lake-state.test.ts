import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openOrCreateLake } from '../../local/lake.ts';
import { lakeEmailKey } from '../../local/lake-email-key.ts';
import { formatHolder, isDead, parseHolder } from '../../local/lake-holder.ts';
import { putSource, readSources, removeSource, SourcesChangedError } from '../../local/lake-sources.ts';
import { type LakeStores, openLakeStores } from '../../local/lake-stores.ts';
import { isProcessRunning } from '../../local/process-running.ts';
import {
  abandonedTempFolders,
  ownTempFolder,
  removeAbandonedTempFolders,
  removeOwnTempFolder,
} from '../../local/temp-files.ts';

const root = mkdtempSync(path.join(tmpdir(), 'millpond-state-'));
const { lake } = openOrCreateLake(path.join(root, 'lake'), { madeBy: 'user', nowMs: 0 });
/** Above the greatest process id that Linux gives. */
const NOBODY = 4_194_305;
let stores: LakeStores;
beforeAll(async () => {
  stores = await openLakeStores(lake, { nowMs: () => 0 });
});
afterAll(() => {
  stores.close();
  rmSync(root, { recursive: true });
});

describe("the lake's sources", () => {
  const source = { name: 'shop', kind: 'fakestore' as const, baseUrl: 'http://127.0.0.1:1/' };

  it('are added, replaced by name, and removed', async () => {
    const moved = { ...source, baseUrl: 'http://127.0.0.1:2/' };

    expect(await readSources(stores.ledger)).toEqual([]);
    expect(await putSource(stores.ledger, source)).toBeNull();
    expect(await putSource(stores.ledger, moved)).toEqual(source);
    expect(await readSources(stores.ledger)).toEqual([moved]);
    expect(await removeSource(stores.ledger, 'other')).toBe(false);
    expect(await removeSource(stores.ledger, 'shop')).toBe(true);
    expect(await readSources(stores.ledger)).toEqual([]);
  });

  it('are not written over what another command wrote meanwhile', async () => {
    const racing = { ...stores.ledger, readState: async () => null, writeState: async () => false };

    await expect(putSource(racing, source)).rejects.toBeInstanceOf(SourcesChangedError);
  });
});

it('the key of the e-mail hashes is made once and stays', async () => {
  const first = await lakeEmailKey(stores.ledger);

  expect(first).toHaveLength(32);
  expect(await lakeEmailKey(stores.ledger)).toEqual(first);
});

describe('a holder', () => {
  const holder = { command: 'run', processId: NOBODY, host: 'shop-1', since: '2026-03-01T10:00:00.000Z' };

  it('can be read back from what it says of itself', () => {
    expect(parseHolder(formatHolder(holder))).toEqual(holder);
    expect(parseHolder('somebody')).toBeNull();
  });

  it('is dead only when its process is of this machine and does not run', () => {
    expect(isDead(holder, 'shop-1')).toBe(true);
    expect(isDead(holder, 'shop-2')).toBe(false);
    expect(isDead({ ...holder, processId: process.pid }, 'shop-1')).toBe(false);
    expect(isDead(null, 'shop-1')).toBe(false);
    expect(isProcessRunning(1)).toBe(true);
  });
});

it('temporary folders of dead processes can be told and removed', () => {
  const own = ownTempFolder(lake);
  const left = path.join(lake.tempFolder, `process-${NOBODY}`);
  mkdirSync(left);

  expect(abandonedTempFolders(lake)).toEqual([left]);
  removeAbandonedTempFolders(lake);
  expect(readdirSync(lake.tempFolder)).toEqual([path.basename(own)]);
  removeOwnTempFolder(lake);
  expect(readdirSync(lake.tempFolder)).toEqual([]);
});
