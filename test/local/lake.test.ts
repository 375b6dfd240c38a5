import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  claimLakeForUser,
  LakeError,
  type LakeProblem,
  openLake,
  openOrCreateLake,
  recreateDemoLake,
} from '../../local/lake.ts';

let folder = '';
let root = '';
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'millpond-lake-'));
  folder = path.join(root, 'lake');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function problemOf(work: () => unknown): LakeProblem | null {
  try {
    work();
    return null;
  } catch (error) {
    if (error instanceof LakeError) return error.problem;
    throw error;
  }
}

function mark(marker: unknown): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'lake.json'), typeof marker === 'string' ? marker : JSON.stringify(marker));
}

describe('openOrCreateLake', () => {
  it('makes a lake in a missing or an empty folder, and then opens the same one', () => {
    mkdirSync(`${folder}-empty`);

    const made = openOrCreateLake(folder, { madeBy: 'user', nowMs: 0 });
    const again = openOrCreateLake(folder, { madeBy: 'demo', nowMs: 1 });

    expect(made).toMatchObject({ isNew: true, lake: { folder, madeBy: 'user' } });
    expect(again).toEqual({ isNew: false, lake: made.lake });
    expect(openOrCreateLake(`${folder}-empty`, { madeBy: 'user', nowMs: 0 }).isNew).toBe(true);
    expect(JSON.parse(readFileSync(path.join(folder, 'lake.json'), 'utf8'))).toEqual({
      product: 'millpond',
      layout_version: 1,
      made_by: 'user',
      created_at: '1970-01-01T00:00:00.000Z',
    });
  });

  it('leaves a folder alone that holds something else, and a file', () => {
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'thesis.txt'), 'x');
    writeFileSync(path.join(root, 'file'), 'x');
    const create = (name: string) => () => openOrCreateLake(name, { madeBy: 'user', nowMs: 0 });

    expect(problemOf(create(folder))).toBe('not_a_lake');
    expect(problemOf(create(path.join(root, 'file')))).toBe('not_a_lake');
    expect(existsSync(path.join(folder, 'lake.json'))).toBe(false);
  });
});

describe('a path that DuckDB could not search', () => {
  it.each([',', '?', '*', '[', ']'])('is refused for its "%s", and nothing is made there', (character) => {
    const odd = path.join(root, `a${character}b`, 'lake');

    for (const work of [
      () => openLake(odd),
      () => openOrCreateLake(odd, { madeBy: 'user', nowMs: 0 }),
      () => recreateDemoLake(odd, 0),
    ]) {
      expect(problemOf(work)).toBe('unusable_path');
      expect(work).toThrow(`${odd}: the path holds the character "${character}"`);
    }
    expect(existsSync(path.dirname(odd))).toBe(false);
  });

  it('is not one for its blanks, quotes or braces', () => {
    const odd = path.join(root, `it's "{my}" lake; 100 %`);

    expect(openOrCreateLake(odd, { madeBy: 'user', nowMs: 0 }).isNew).toBe(true);
  });
});

describe('openLake', () => {
  it('names what keeps it from opening', () => {
    expect(problemOf(() => openLake(folder))).toBe('missing');
    mkdirSync(folder);
    expect(problemOf(() => openLake(folder))).toBe('missing');
    for (const marker of ['', '{', '[]', { product: 'other', layout_version: 1 }, { product: 'millpond' }]) {
      mark(marker);
      expect(problemOf(() => openLake(folder))).toBe('unreadable');
    }
    mark({ product: 'millpond', layout_version: 1 });
    expect(problemOf(() => openLake(folder))).toBe('unreadable');
  });

  it('reads its own version, also with fields it does not know, and refuses the next', () => {
    const marker = { product: 'millpond', layout_version: 1, made_by: 'user', created_at: '', more: 1 };
    mark(marker);
    expect(problemOf(() => openLake(folder))).toBeNull();

    mark({ ...marker, layout_version: 2, made_by: 'somebody' });
    expect(problemOf(() => openLake(folder))).toBe('newer');
    expect(() => openLake(folder)).toThrow(/layout version 2, and this Millpond knows 1/);
  });
});

describe('recreateDemoLake', () => {
  it("clears what Millpond wrote into a demo's lake, and nothing else", () => {
    const { lake } = openOrCreateLake(folder, { madeBy: 'demo', nowMs: 0 });
    mkdirSync(path.join(lake.objectsFolder, 'raw'), { recursive: true });
    for (const file of [lake.streamFile, `${lake.streamFile}-wal`, lake.stateFile, lake.databaseFile]) {
      writeFileSync(file, 'x');
    }
    writeFileSync(path.join(folder, 'note.txt'), 'mine');

    const cleared = recreateDemoLake(folder, 5);

    expect(cleared).toEqual(lake);
    for (const gone of [
      lake.streamFile,
      `${lake.streamFile}-wal`,
      lake.stateFile,
      lake.databaseFile,
      lake.objectsFolder,
    ]) {
      expect(existsSync(gone)).toBe(false);
    }
    expect(readFileSync(path.join(folder, 'note.txt'), 'utf8')).toBe('mine');
  });

  it("never touches a user's lake, nor a demo's that a user has put data into", () => {
    const { lake } = openOrCreateLake(folder, { madeBy: 'demo', nowMs: 0 });
    writeFileSync(lake.streamFile, 'x');

    expect(claimLakeForUser(lake, 1)).toBe(true);
    expect(claimLakeForUser(openLake(folder), 1)).toBe(false);

    expect(problemOf(() => recreateDemoLake(folder, 2))).toBe('not_the_demo');
    expect(existsSync(lake.streamFile)).toBe(true);
  });
});
