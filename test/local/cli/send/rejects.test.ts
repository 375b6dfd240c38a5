import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Rejects } from '../../../../local/cli/send/rejects.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'millpond-rejects-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('makes no file and no folder while nothing is rejected', () => {
  const rejects = new Rejects(path.join(folder, 'none', 'a.ndjson'));

  rejects.close();

  expect(existsSync(path.join(folder, 'none'))).toBe(false);
  expect(rejects.lines).toBe(0);
});

it('keeps bytes as they came, lines in parts and several lines at once, and counts lines', () => {
  const rejects = new Rejects(path.join(folder, 'new', 'a.ndjson'));

  rejects.write(Buffer.from('{"a":'));
  rejects.write(Buffer.from([0xff, 0x00]));
  rejects.endLine();
  rejects.writeLines(Buffer.from('{"b":1}\n{"c":2}'));
  rejects.close();

  expect(readFileSync(rejects.file, 'latin1')).toBe('{"a":\u00ff\u0000\n{"b":1}\n{"c":2}\n');
  expect(rejects.lines).toBe(3);
});

it('appends to what an earlier run has kept', () => {
  const file = path.join(folder, 'twice.ndjson');
  for (const text of ['first', 'second']) {
    const rejects = new Rejects(file);
    rejects.writeLines(Buffer.from(text));
    rejects.close();
  }

  expect(readFileSync(file, 'utf8')).toBe('first\nsecond\n');
});

it('refuses at once a place where no file can be', () => {
  writeFileSync(path.join(folder, 'file'), '');

  expect(() => new Rejects(folder)).toThrow('is a directory');
  expect(() => new Rejects(path.join(folder, 'file', 'a'))).toThrow('is no folder');
});
