import { describe, expect, it, test } from 'vitest';
import { SHOP_ORDERS } from '../../../lambdas/domain/datasets/shop-orders.ts';
import { FileWorld, order, ordersCsv, SLOT_MS } from './file-world.ts';

const THREE = ordersCsv(order(1), order(2, ''), order(3));

test('the rows of a file land as text, each with its line, under one ledger row', async () => {
  const world = new FileWorld();

  const report = await world.bring('orders.csv', THREE);

  const [row, ...others] = await world.ledger.rows();
  const shard = `file-${report.sha256.slice(0, 16)}`;
  expect(report).toMatchObject({ outcome: 'landed', dataset: 'orders', format: 'csv', separator: ',' });
  expect(report).toMatchObject({ rows: 3, accepted: 3, bad: 0, objects: 1, problem: null });
  expect(report.absentColumns).toEqual(['shipping', 'tax', 'channel', 'country']);
  expect(world.rows('file_orders')[1]).toEqual({
    _shard_id: shard,
    _sequence_number: '3',
    order_id: 'A-2',
    ordered_at: '2026-01-31T10:00:00Z',
    customer_id: 'c-2',
    currency: 'EUR',
  });
  expect(others).toEqual([]);
  expect(row).toMatchObject({
    ledgerId: `file_orders/${report.sha256}`,
    source: 'file_orders',
    shardId: shard,
    firstSequence: '2',
    lastSequence: '4',
    received: 3,
    accepted: 3,
    minArrivalTime: '2026-03-01T06:00:00.000Z',
    fileName: 'orders.csv',
  });
  expect(row?.objects.map(({ key }) => key)).toEqual(world.objects.keys());
  expect(world.objects.keys()[0]).toMatch(
    /^raw\/file_orders\/ingest_date=2026-03-01\/[0-9a-f]{16}_00000_[0-9a-f]{16}\.ndjson\.gz$/,
  );
});

describe('fault 33: the same content', () => {
  it('under another name is skipped, and that is recorded once', async () => {
    const world = new FileWorld();
    await world.bring('orders.csv', THREE);
    const keys = world.objects.keys();

    const again = await world.bring('copy.csv', THREE, { slotMs: SLOT_MS + 1 });
    await world.bring('copy.csv', THREE, { slotMs: SLOT_MS + 2 });

    const rows = await world.ledger.rows();
    expect(again).toMatchObject({ outcome: 'skipped', dataset: 'orders', accepted: 0 });
    expect(again.detail).toBe('the same content landed before as orders.csv, 2026-03-01T06:00:00.000Z');
    expect(rows.map(({ fileName, received }) => [fileName, received])).toEqual([
      ['orders.csv', 3],
      ['copy.csv', 0],
    ]);
    expect(world.objects.keys()).toEqual(keys);
  });

  it('under its own name leaves no trace, and one other byte makes another file', async () => {
    const world = new FileWorld();
    await world.bring('orders.csv', THREE);

    const same = await world.bring('orders.csv', THREE);
    const other = await world.bring('orders.csv', `${THREE}\n`);

    expect(same.outcome).toBe('skipped');
    expect(other.outcome).toBe('landed');
    expect(await world.ledger.rows()).toHaveLength(2);
  });
});

describe('bad rows', () => {
  const TWO_BAD = ordersCsv(order(1), order(2, '1,50'), order(3, 'free'), order(4));

  it('go to quarantine with line, reason and text, while the others land', async () => {
    const world = new FileWorld();

    const report = await world.bring('orders.csv', TWO_BAD, { maxBadRows: { kind: 'rows', rows: 2 } });

    expect(report).toMatchObject({ outcome: 'landed', rows: 4, accepted: 2, bad: 2 });
    expect(report.badRows).toEqual([
      { line: 3, reason: 'wrong_cells', detail: 'the row has 6 cells, the header 5' },
      {
        line: 4,
        reason: 'invalid_field',
        detail: 'discount must be a decimal from 0 with a point and at most 4 places',
      },
    ]);
    expect(world.quarantined()[1]).toMatchObject({
      _dataset: 'orders',
      _sequence_number: '4',
      reason: 'invalid_field',
      encoding: 'utf8',
      body: order(3, 'free'),
    });
    expect((await world.ledger.rows())[0]).toMatchObject({
      received: 4,
      accepted: 2,
      quarantined: 2,
      quarantineReasons: { invalid_field: 1, wrong_cells: 1 },
    });
    expect(world.rows('file_orders').map((row) => row._sequence_number)).toEqual(['2', '5']);
  });

  it('beyond the number that is allowed refuse the file whole: nothing is written', async () => {
    const world = new FileWorld();

    const report = await world.bring('orders.csv', TWO_BAD, { maxBadRows: { kind: 'rows', rows: 1 } });

    expect(report).toMatchObject({ outcome: 'refused', problem: 'too_many_bad_rows' });
    expect(await world.ledger.rows()).toEqual([]);
    expect(world.objects.keys()).toEqual([]);
  });

  it('are counted against a share of the whole file', async () => {
    const good = Array.from({ length: 97 }, (_, n) => order(n + 10));
    const file = ordersCsv('bad', 'bad', 'bad', ...good);
    const share = (percent: number) => ({
      maxBadRows: { kind: 'percent' as const, percent },
      isDryRun: true,
    });

    expect((await new FileWorld().bring('a.csv', file, share(3))).outcome).toBe('landed');
    expect((await new FileWorld().bring('a.csv', file, share(2.99))).outcome).toBe('refused');
  });

  it('of a refused file can be mended: the file that comes again lands', async () => {
    const world = new FileWorld();
    await world.bring('orders.csv', TWO_BAD);

    const allowed = await world.bring('orders.csv', TWO_BAD, {
      maxBadRows: { kind: 'rows', rows: 2 },
      slotMs: SLOT_MS + 1,
    });

    expect(allowed.outcome).toBe('landed');
    expect(world.objects.rewrites).toEqual([]);
  });
});

test('a dry run judges all and writes nothing', async () => {
  const world = new FileWorld();

  const report = await world.bring('orders.csv', THREE, { isDryRun: true });

  expect(report).toMatchObject({ outcome: 'landed', accepted: 3, objects: 1 });
  expect(world.objects.keys()).toEqual([]);
  expect(await world.ledger.rows()).toEqual([]);
});

test('each byte is told twice, and asked for a dataset that it is not a file is refused by its header', async () => {
  const world = new FileWorld();

  await world.bring('orders.csv', THREE, { chunkBytes: 7 });
  const report = await world.bring('lines.csv', 'order_id,line_number\nA,1\n', { dataset: SHOP_ORDERS });

  expect(world.readBytes).toBeGreaterThanOrEqual(2 * THREE.length);
  expect(report).toMatchObject({ outcome: 'refused', problem: 'header' });
});

test('a file that changes between its two readings is refused', async () => {
  const world = new FileWorld();
  let opened = 0;
  const file = {
    name: 'orders.csv',
    async *open() {
      opened += 1;
      yield Buffer.from(opened === 1 ? THREE : ordersCsv(order(9)));
    },
  };

  const report = await world.bring('orders.csv', '', { file });

  expect(report).toMatchObject({ outcome: 'refused', problem: 'changed' });
  expect(await world.ledger.rows()).toEqual([]);
});
