import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { fullPayload } from '../../../bench/lambda-payload.ts';

const run = promisify(execFile);
const PROGRAM = join(import.meta.dirname, '../../../bench/one-invocation.ts');
const folder = mkdtempSync(join(tmpdir(), 'millpond-payload-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('fault 14: a payload of 6 MB lands whole within a heap of 64 MB, far below the 512 that Lambda may give', async () => {
  const file = join(folder, 'payload.json');
  const { text, records } = fullPayload();
  writeFileSync(file, text);

  const { stdout } = await run(process.execPath, ['--max-old-space-size=64', PROGRAM, file]);

  expect(text.length).toBeGreaterThan(6_000_000);
  expect(Number(stdout)).toBe(records);
}, 60_000);
