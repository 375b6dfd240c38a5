import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TOP_LEVEL_FOLDERS } from '../architecture/file-rules.ts';
import { ROOT, readManifest } from './package-manifest.ts';

const GUIDES = ['README.md', 'CONTRIBUTING.md'].filter((name) => existsSync(join(ROOT, name)));

describe.each(GUIDES)('%s', (name) => {
  const text = readFileSync(join(ROOT, name), 'utf8');

  it('names only files and folders that stand', () => {
    const rooms = TOP_LEVEL_FOLDERS.map((folder) => folder.replace('.', '\\.')).join('|');
    const named = [...text.matchAll(new RegExp(`(?<=[\`\\s(])(?:${rooms})/[\\w./-]*\\w/?`, 'g'))].map(
      ([path]) => path,
    );

    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('names only npm scripts that stand', () => {
    const { scripts } = readManifest();
    const named = [...text.matchAll(/npm run (?:-s )?([\w:]+)/g)].map(([, script = '']) => script);

    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((script) => scripts[script] === undefined)).toEqual([]);
  });
});
