import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readManifest } from './package-manifest.ts';

const CHECK = resolve(import.meta.dirname, '../../.ci/check-node.js');

/** Runs the check in a process that believes to be another Node. */
function checkAs(version: string): { readonly code: number | null; readonly message: string } {
  const disguise = `Object.defineProperty(process, 'versions', { value: { node: '${version}' } });`;
  const preload = `data:text/javascript,${encodeURIComponent(disguise)}`;
  const { status, stderr } = spawnSync(process.execPath, ['--import', preload, CHECK], { encoding: 'utf8' });
  return { code: status, message: stderr };
}

describe('the check of the Node version', () => {
  it.each(['24.0.0', '24.21.0', '26.1.0'])('lets Node %s pass in silence', (version) => {
    expect(checkAs(version)).toEqual({ code: 0, message: '' });
  });

  it.each(['20.20.2', '22.12.0', '23.11.1'])(
    'refuses Node %s in one line: what it is, what it must be',
    (version) => {
      const { code, message } = checkAs(version);

      expect(code).toBe(1);
      expect(message.trimEnd().split('\n')).toHaveLength(1);
      expect(message).toContain(`this is Node ${version}`);
      expect(message).toContain('needs Node 24 or newer');
    },
  );

  it('stands before every script that runs TypeScript', () => {
    const { scripts } = readManifest();
    const unguarded = Object.entries(scripts)
      .filter(([, command]) =>
        /\bvitest\b|\bnode \S+\.ts\b|\bcdk (synth|diff|deploy|destroy)\b/.test(command),
      )
      .filter(([, command]) => !command.includes('node .ci/check-node.js &&'));

    expect(unguarded).toEqual([]);
  });
});
