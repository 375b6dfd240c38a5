import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStateDatabase } from '../../local/state-database.ts';
import { WANTED } from './laptop-rival.ts';

const ROUNDS = Array.from({ length: 60 }, (_, round) => `round-${round}`);
const PROGRAM = join(import.meta.dirname, 'laptop-rival.ts');

interface Rival {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  readonly lines: AsyncIterator<string>;
}

let folder: string;
let rivals: readonly Rival[];

/** Two programs: clients within one take turns, since SQLite's calls return at once. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millpond-rivals-'));
  openStateDatabase(join(folder, 'state.sqlite')).close();
  rivals = ['left', 'right'].map((name) => {
    const child = spawn(process.execPath, [PROGRAM, folder, name], { stdio: ['pipe', 'pipe', 'inherit'] });
    return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
  });
});

afterAll(async () => {
  for (const { child } of rivals) {
    const ended = once(child, 'exit');
    child.stdin.end();
    await ended;
  }
  rmSync(folder, { recursive: true });
});

it('faults 17, 26, 37: of two programs that want the same claim, object, row, state and lease at once, one gets each', async () => {
  const got: string[][] = [];
  for (const round of ROUNDS) {
    for (const { child } of rivals) child.stdin.write(`${round}\n`);
    const answers = await Promise.all(rivals.map(({ lines }) => lines.next()));
    got.push(answers.flatMap(({ value }) => String(value).split(' ')).filter((kind) => kind !== ''));
  }

  expect(got.map((kinds) => kinds.sort())).toEqual(ROUNDS.map(() => [...WANTED].sort()));
});
