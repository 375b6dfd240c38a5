import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, type Ended, tempFolder } from './cli-process.ts';

const { folder, remove } = tempFolder();
afterAll(remove);
const lake = path.join(folder, 'lake');
const ARGS = ['demo', '--lake', lake, '--quiet'];

let text: Ended;
let json: Ended;
beforeAll(async () => {
  text = await cli(ARGS);
  writeFileSync(path.join(lake, 'note.txt'), 'mine');
  json = await cli([...ARGS, '--json']);
}, 120_000);

describe('the demo', () => {
  it('prints every part of its report in lines of less than 100 columns', () => {
    expect(text.code).toBe(0);
    for (const title of [
      'Funnel',
      'Weekly cohorts',
      'Lifetime value',
      'Web sales by week',
      'What the faults became',
    ]) {
      expect(text.stdout).toContain(title);
    }
    expect(text.stdout).toMatch(
      /received [\d,]+ = accepted [\d,]+ \+ duplicate [\d,]+ \+ quarantined [\d,]+ {2}\(closes\)/,
    );
    const lines = text.stdout.split('\n').filter((line) => !line.includes(lake));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(100);
  });

  it('prints what the README shows of it, to the letter', () => {
    const readme = readFileSync(path.join(import.meta.dirname, '../../README.md'), 'utf8');
    const excerpt = /^ {4}Funnel [\s\S]*?(?=^Every figure)/m.exec(readme)?.[0] ?? '';
    const shown = excerpt.split('\n').map((line) => line.slice(4));
    const printed = new Set(text.stdout.split('\n'));

    expect(shown.length).toBeGreaterThan(20);
    expect(shown.filter((line) => line !== '' && !printed.has(line))).toEqual([]);
  });

  it('finds what the simulator knows, to the event and the cent', () => {
    const { report, reconciliation, played } = JSON.parse(json.stdout);
    const { truth } = played;

    expect({ ...report.totals, ...reconciliation }).toMatchObject({
      received: truth.received,
      staged: truth.staged,
      too_late: truth.tooLate,
      quarantined: truth.quarantined,
      sessions: truth.sessions,
      orders: truth.orders,
      revenue: truth.revenue,
      refunds: truth.refunds,
    });
    expect(text.stdout).not.toContain('but the truth is');
    expect(text.stdout).toMatch(/^ {2}orders +([\d,]+) = \1, with the store's 7 carts$/m);
    expect(text.stdout).toMatch(/^ {2}revenue +([\d,.]+) = \1, with the store's 7 carts$/m);
    expect(text.stdout).toContain(
      'Lifetime value by month of first order, old store carts aside (USD per customer',
    );
    expect(truth.orders).toBeGreaterThan(7);
    expect(Object.keys(played.faults).length).toBeGreaterThan(8);
  });

  it('changes no row the second time', () => {
    expect(JSON.parse(json.stdout)).toMatchObject({ rows_changed_again: 0 });
    expect(text.stdout).toContain(': 0 rows changed');
  });

  it('is the same again for the same seed, in a lake that it cleared of nothing but its own', () => {
    const reports = [text.stdout, json.stdout];

    expect(JSON.parse(json.stdout).played.records).toBe(
      Number(/^([\d,]+) records/.exec(reports[0] ?? '')?.[1]?.replaceAll(',', '')),
    );
    expect(readFileSync(path.join(lake, 'note.txt'), 'utf8')).toBe('mine');
    expect(existsSync(path.join(lake, 'objects', 'raw'))).toBe(true);
  });

  it('leaves a lake whose next run succeeds without its stand-in', async () => {
    const next = await cli(['run', '--lake', lake, '--json']);

    expect(next.code).toBe(0);
    expect(JSON.parse(next.stdout).sources).toEqual([]);
  });
});
