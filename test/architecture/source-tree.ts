import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** One file of the repository: its path from the root, with forward slashes, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** What a rule objects to: where, and what is wrong and allowed. */
export interface Violation {
  readonly path: string;
  readonly problem: string;
}

export const REPOSITORY_ROOT = resolve(import.meta.dirname, '../..');

const PROGRAM = /\.(ts|tsx|js|mjs|cjs)$/;
const GENERATED = /\.generated\.(js|ts|d\.ts)$/;

/** Every file that git tracks or would track: what .gitignore names is no part of the repository. */
export function readRepository(): readonly SourceFile[] {
  const listing = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: REPOSITORY_ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return listing
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(REPOSITORY_ROOT, path)))
    .filter((path) => statSync(join(REPOSITORY_ROOT, path)).isFile())
    .map((path) => ({ path, text: readFileSync(join(REPOSITORY_ROOT, path), 'utf8') }));
}

/** TypeScript and JavaScript, whoever wrote it: what can import. */
export function isProgram(path: string): boolean {
  return PROGRAM.test(path);
}

export function isGenerated(path: string): boolean {
  return GENERATED.test(path);
}

/** `path: problem` a line, so that a failed assertion reads as a work list. */
export function describeViolations(violations: readonly Violation[]): readonly string[] {
  return violations.map(({ path, problem }) => `${path}: ${problem}`).sort();
}
