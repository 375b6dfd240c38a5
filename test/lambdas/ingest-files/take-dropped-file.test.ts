import { describe, expect, it } from 'vitest';
import { readDropRequest } from '../../../lambdas/ingest-files/drop-request.ts';
import {
  type DropReport,
  takeDroppedFile,
  UnfinishedFileError,
} from '../../../lambdas/ingest-files/take-dropped-file.ts';
import { MemoryLandingZone } from '../../fakes/landing-zone.ts';
import { MemoryLedgerStore } from '../../fakes/ledger-store.ts';
import { MemoryObjectStore } from '../../fakes/object-store.ts';
import { MemoryTelemetry } from '../../fakes/telemetry.ts';
import { order, ordersCsv } from './file-world.ts';
import { s3Notice } from './s3-notice.ts';

const THREE = ordersCsv(order(1), order(2), order(3));
const ONE_BAD = ordersCsv(order(1), order(2, 'free'));
const KEY = 'landing/orders/export.csv';

class DropWorld {
  readonly zone = new MemoryLandingZone();
  readonly reports = new MemoryObjectStore();
  readonly objects = new MemoryObjectStore();
  readonly ledger = new MemoryLedgerStore();
  readonly telemetry = new MemoryTelemetry();
  remainingMs = 900_000;

  take(event: unknown): Promise<DropReport> {
    return takeDroppedFile(readDropRequest(event), {
      ...this,
      compression: { codec: 'gzip', level: 1 },
      budget: { remainingMs: () => this.remainingMs, marginMs: 30_000 },
    });
  }

  dropped(content: string, key = KEY, versionId = 'v1'): Promise<DropReport> {
    return this.take(s3Notice(this.zone.drop(key, content, versionId)));
  }

  report(key: string): Record<string, unknown> {
    return JSON.parse(Buffer.from(this.reports.objects.get(key) ?? []).toString('utf8'));
  }
}

describe('a dropped file', () => {
  it('lands as by a laptop, is reported and marked', async () => {
    const world = new DropWorld();

    const answer = await world.dropped(THREE);

    const [row] = await world.ledger.rows();
    expect(answer).toMatchObject({ outcome: 'landed', dataset: 'orders', accepted: 3 });
    expect(row).toMatchObject({
      source: 'file_orders',
      accepted: 3,
      fileName: 'export.csv',
      minArrivalTime: '2026-03-01T06:00:00.000Z',
    });
    expect(world.objects.allLines('raw/file_orders/')).toHaveLength(3);
    const [key = '', ...others] = world.reports.keys();
    expect(others).toEqual([]);
    expect(key).toMatch(/^reports\/orders\/export\.csv\/20260301T060000000Z_[0-9a-f]{16}_taken\.json$/);
    expect(world.report(key)).toMatchObject({ file: KEY, outcome: 'landed', accepted: 3 });
    expect(world.zone.marked).toEqual([`${KEY}@v1`]);
  });

  it('that is refused stays unmarked, and its report says why, where and how to go on', async () => {
    const world = new DropWorld();

    const answer = await world.dropped(ONE_BAD);

    const [key = ''] = world.reports.keys();
    expect(answer).toMatchObject({ outcome: 'refused', report: key });
    expect(key).toMatch(/_refused\.json$/);
    expect(world.report(key)).toMatchObject({
      file: KEY,
      problem: 'too_many_bad_rows',
      detail: 'export.csv: of the first 2 rows 1 are bad, 0 allowed; nothing of it counts',
      examples: [{ line: 3, reason: 'invalid_field', detail: expect.stringContaining('discount') }],
      again: { key: KEY, versionId: 'v1', slot: '2026-03-01T06:00:00.000Z' },
    });
    expect(world.zone.marked).toEqual([]);
    expect(await world.ledger.rows()).toEqual([]);
    expect(world.objects.keys()).toEqual([]);
  });

  it("that was refused is taken at a person's word, with what the report gives", async () => {
    const world = new DropWorld();
    await world.dropped(ONE_BAD);
    const [key = ''] = world.reports.keys();

    const answer = await world.take({ ...Object(world.report(key).again), maxBadRows: '1' });

    expect(answer).toMatchObject({ outcome: 'landed', accepted: 1, bad_rows: 1 });
    expect(world.reports.keys()).toHaveLength(2);
    expect(world.zone.marked).toEqual([`${KEY}@v1`]);
  });

  it('fault 33: of the same bytes, under the same name or another, is skipped, recorded and marked', async () => {
    const world = new DropWorld();
    await world.dropped(THREE);

    const again = await world.dropped(THREE, KEY, 'v2');
    const renamed = await world.dropped(THREE, 'landing/copy.csv');

    expect([again.outcome, renamed.outcome]).toEqual(['skipped', 'skipped']);
    expect((await world.ledger.rows()).map(({ fileName, received }) => [fileName, received])).toEqual([
      ['export.csv', 3],
      ['copy.csv', 0],
    ]);
    expect(world.zone.marked).toEqual([`${KEY}@v1`, `${KEY}@v2`, 'landing/copy.csv@v1']);
    expect(world.objects.keys()).toHaveLength(1);
  });

  it('fault 26: that two functions are told of at once lands once', async () => {
    const world = new DropWorld();

    const answers = await Promise.all([world.dropped(THREE), world.dropped(THREE)]);

    expect(answers.every(({ outcome }) => outcome === 'landed' || outcome === 'skipped')).toBe(true);
    expect(await world.ledger.rows()).toHaveLength(1);
    expect(world.objects.keys()).toHaveLength(1);
    expect(world.objects.rewrites).toEqual([]);
    expect(new Set(world.zone.marked)).toEqual(new Set([`${KEY}@v1`]));
  });

  it("of another dataset than its folder's is refused by its header", async () => {
    const world = new DropWorld();

    const answer = await world.dropped(THREE, 'landing/order_lines/export.csv');

    expect(answer).toMatchObject({ outcome: 'refused', problem: 'header', dataset: null });
  });

  it.each(['landing/', 'landing/orders/', 'reports/orders/a.json'])('is not what %s is', async (key) => {
    const world = new DropWorld();

    expect(await world.dropped('', key)).toEqual({ outcome: 'ignored' });
    expect(world.reports.keys()).toEqual([]);
  });

  it('is given up before the time is up, and lands when there is more', async () => {
    const world = new DropWorld();
    world.remainingMs = 30_000;

    await expect(world.dropped(THREE)).rejects.toThrow(UnfinishedFileError);
    expect(await world.ledger.rows()).toEqual([]);
    world.remainingMs = 30_001;

    expect(await world.dropped(THREE)).toMatchObject({ outcome: 'landed' });
  });

  it('is told of by counts: neither its name nor its words', async () => {
    const world = new DropWorld();

    await world.dropped(THREE, 'landing/canary name.csv');
    await world.dropped('canary header,order_id\ncanary,1\n', 'landing/a.csv');

    const told = world.telemetry.lines.filter(({ level }) => level === 'info');
    expect(JSON.stringify(told)).not.toContain('canary');
    expect(JSON.stringify(world.telemetry.lines)).not.toContain('canary header');
    expect(Object.fromEntries(world.telemetry.counts)).toEqual({
      FilesLanded: 1,
      FilesRefused: 1,
      FileRowsAccepted: 3,
      FileRowsQuarantined: 0,
    });
  });
});

describe('fault 34: a function that dies', () => {
  const die = () => Promise.reject(new Error('dead'));

  it.each(['object', 'row', 'report', 'mark'] as const)(
    'before the %s leaves it to the next try, which ends as if nothing had happened',
    async (point) => {
      const whole = new DropWorld();
      await whole.dropped(THREE);
      const world = new DropWorld();
      if (point === 'object') world.objects.putIfAbsent = die;
      if (point === 'row') world.ledger.append = die;
      if (point === 'report') world.reports.putIfAbsent = die;
      if (point === 'mark') world.zone.markTaken = die;

      await expect(world.dropped(THREE)).rejects.toThrow('dead');
      expect(world.zone.marked).toEqual([]);
      for (const store of [world.objects, world.ledger, world.reports, world.zone])
        for (const name of ['putIfAbsent', 'append', 'markTaken']) Reflect.deleteProperty(store, name);
      await world.dropped(THREE);

      expect(await world.ledger.rows()).toEqual(await whole.ledger.rows());
      expect(world.objects.keys()).toEqual(whole.objects.keys());
      expect(world.reports.keys()).toEqual(whole.reports.keys());
      expect(world.zone.marked).toEqual(whole.zone.marked);
      expect(world.objects.rewrites).toEqual([]);
    },
  );
});
