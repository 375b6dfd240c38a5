import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { EVENT_HISTORY } from '../../../lambdas/domain/datasets/event-history.ts';
import { SHOP_ORDERS } from '../../../lambdas/domain/datasets/shop-orders.ts';
import { event } from '../../flow/cli-process.ts';
import { FileWorld, order, ordersCsv } from './file-world.ts';

const GOOD = ordersCsv(order(1), order(2));
const MANY_BAD = { maxBadRows: { kind: 'percent', percent: 100 } } as const;

async function problemOf(content: string | Uint8Array) {
  const world = new FileWorld();
  const report = await world.bring('f', content, MANY_BAD);
  expect(await world.ledger.rows()).toHaveLength(report.outcome === 'landed' ? 1 : 0);
  return [report.problem, report.detail];
}

describe('a file is taken', () => {
  it.each([
    ['with a byte order mark', `\uFEFF${GOOD}`],
    ['with CRLF', GOOD.replaceAll('\n', '\r\n')],
    ['with CR alone', GOOD.replaceAll('\n', '\r')],
    ['without a last line end', GOOD.trimEnd()],
    ['with blank lines', GOOD.replaceAll('\n', '\n\n')],
    ['parted by ;', GOOD.replaceAll(',', ';')],
    ['parted by tabs', GOOD.replaceAll(',', '\t')],
    ['parted by |', GOOD.replaceAll(',', '|')],
    ['with all cells quoted', GOOD.replace(/[^,\n]+/g, '"$&"')],
    ['as gzip', gzipSync(GOOD)],
    ['as gzip of several members', Buffer.concat([gzipSync(GOOD.slice(0, 60)), gzipSync(GOOD.slice(60))])],
    ['as zstd', zstdCompressSync(GOOD)],
  ])('%s', async (_, content) => {
    const world = new FileWorld();

    const report = await world.bring('f', content, { chunkBytes: 11 });

    expect(report).toMatchObject({ outcome: 'landed', accepted: 2, bad: 0 });
    expect(world.rows('file_orders').map((row) => row.order_id)).toEqual(['A-1', 'A-2']);
  });
});

describe('a file is refused, in words that say what to do', () => {
  const utf16 = (text: string) => Buffer.from(text, 'utf16le');
  it.each([
    ['UTF-16 with a mark', utf16(`\uFEFF${GOOD}`), 'not_utf8', 'iconv -f UTF-16'],
    ['UTF-16 without one', utf16(GOOD), 'not_utf8', 'iconv -f UTF-16'],
    ['Latin-1', Buffer.from(GOOD.replace('c-1', 'Jörg'), 'latin1'), 'not_utf8', 'f is not UTF-8 (line 2)'],
    ['Parquet, where nothing reads it', Buffer.from('PAR1\u0015\u0004'), 'format', 'on a laptop'],
    ['Parquet inside gzip', gzipSync('PAR1\u0015\u0004'), 'format', 'unpack it'],
    ['Excel', Buffer.from('PK\u0003\u0004xl'), 'not_text', 'an Excel workbook'],
    ['binary data', Buffer.from([1, 2, 3, 0, 4]), 'not_text', 'NUL'],
    ['nothing', '', 'empty', 'it holds no row'],
    ['blank lines', '\n \r\n', 'empty', 'it holds no row'],
    ['a header alone', ordersCsv(), 'empty', 'a header and no row'],
    ['one JSON array', `[${event(1)}]`, 'not_a_table', "jq -c '.[]'"],
    ['no header', `${order(1)}\n${order(2)}\n`, 'separator', 'no header of events, orders, order_lines'],
    ['another separator', GOOD.replaceAll(',', ':'), 'separator', 'parted at'],
    ['a renamed column', GOOD.replace('order_id', 'OrderId'), 'header', 'rename "orderid" to order_id'],
    ['a quote that is never closed', ordersCsv(order(1), 'A-2,"2026'), 'quote', 'never closed'],
    ['cut gzip', gzipSync(GOOD).subarray(0, -12), 'broken_compression', 'damaged or cut off'],
    ['cut zstd', zstdCompressSync(GOOD).subarray(0, -6), 'broken_compression', 'damaged or cut off'],
    [
      'two zstd frames, of which only the first would be read',
      Buffer.concat([zstdCompressSync(GOOD), zstdCompressSync(`${order(3)}\n`)]),
      'broken_compression',
      'more than one zstd frame',
    ],
    ['JSON of nobody knows what', '{"a":1}\n', 'dataset', '--dataset'],
  ])('%s', async (_, content, problem, words) => {
    const [found, detail] = await problemOf(content);

    expect(found).toBe(problem);
    expect(detail).toContain(words);
  });
});

describe('cells', () => {
  it('may hold separators, quotes, line breaks and any script; lines still count', async () => {
    const world = new FileWorld();
    const csv = `${ordersCsv().trim()},note\n${order(1)},"a ""b"", c\nd\r\ne 😀"\n${order(2)},5" x\n${order(3)},=1+1\n`;

    const report = await world.bring('f', csv, { chunkBytes: 13 });

    expect(report).toMatchObject({ outcome: 'landed', accepted: 3, extraColumns: ['note'] });
    expect(world.rows('file_orders').map((row) => [row._sequence_number, row._extra])).toEqual([
      ['2', { note: 'a "b", c\nd\r\ne 😀' }],
      ['5', { note: '5" x' }],
      ['6', { note: '=1+1' }],
    ]);
  });

  it('fault 47: of bytes that are no UTF-8 are quarantined as base64, among good ones', async () => {
    const world = new FileWorld();
    const note = (n: number, text: string) => Buffer.from(`${order(n)},${text}\n`);
    const file = Buffer.concat([
      Buffer.from(`${ordersCsv().trim()},note\n`),
      note(1, 'Jörg'),
      Buffer.concat([Buffer.from(`${order(2)},`), Buffer.from([0xc3, 0x28, 0x0a])]),
      note(3, 'naïve'),
    ]);

    const report = await world.bring('f', file, MANY_BAD);

    expect(report).toMatchObject({ outcome: 'landed', accepted: 2, badReasons: { not_utf8: 1 } });
    const [bad] = world.quarantined();
    expect(bad).toMatchObject({ _sequence_number: '3', encoding: 'base64' });
    expect(Buffer.from(String(bad?.body), 'base64')).toEqual(
      Buffer.concat([Buffer.from(`${order(2)},`), Buffer.from([0xc3, 0x28])]),
    );
  });
});

describe('lines of NDJSON', () => {
  const ORDER = { order_id: 'A', ordered_at: '2026-01-31T10:00:00Z', customer_id: 'c', currency: 'EUR' };

  it('are orders with text and numbers; unknown fields are kept apart', async () => {
    const world = new FileWorld();
    const lines = [
      { ...ORDER, discount: 1.5 },
      { ...ORDER, tax: '2', __proto__x: 1, _shard_id: 'forged' },
    ];

    const report = await world.bring('f', lines.map((line) => JSON.stringify(line)).join('\r\n'));

    expect(report).toMatchObject({ outcome: 'landed', format: 'ndjson', accepted: 2 });
    expect(world.rows('file_orders')[0]).toMatchObject({ discount: '1.5' });
    expect(world.rows('file_orders')[1]).toMatchObject({
      _shard_id: `file-${report.sha256.slice(0, 16)}`,
      _extra: { __proto__x: 1, _shard_id: 'forged' },
    });
  });

  it.each([
    ['no JSON', '{"order_id":', 'not_json'],
    ['a list', '[]', 'not_an_object'],
    ['a list of a column', JSON.stringify({ ...ORDER, tax: [1] }), 'invalid_field'],
    ['too much precision', JSON.stringify({ ...ORDER, tax: 0.1 + 0.2 }), 'invalid_field'],
    ['a huge number', `${JSON.stringify(ORDER).slice(0, -1)},"tax":1e999}`, 'invalid_field'],
    ['two columns of a name', `${JSON.stringify(ORDER).slice(0, -1)},"Order_ID":"B"}`, 'duplicate_key'],
    ['a hundred brackets', `{"a":${'['.repeat(100)}${']'.repeat(100)}}`, 'too_deep'],
    ['half a surrogate pair', JSON.stringify({ ...ORDER, customer_id: '\ud800' }), 'invalid_field'],
  ])('of %s are bad', async (_, line, reason) => {
    const world = new FileWorld();

    const report = await world.bring('f', `${JSON.stringify(ORDER)}\n${line}\n`, MANY_BAD);

    expect(report).toMatchObject({ accepted: 1, badReasons: { [reason]: 1 } });
  });

  it('are events by the contract, whatever their age; too long ones are kept by their beginning', async () => {
    const world = new FileWorld();
    const lines = [
      event(1, { event_time: '2001-05-05T00:00:00+02:00' }),
      event(2, { event_type: 'unheard_of' }),
      event(3, { note: 'x'.repeat(1_100_000) }),
      event(4, { page_path: 'no slash' }),
    ];

    const report = await world.bring('f', lines.join('\n'), MANY_BAD);

    expect(report.badRows.map(({ line, reason }) => [line, reason])).toEqual([
      [2, 'unknown_type'],
      [3, 'too_large'],
      [4, 'invalid_field'],
    ]);
    expect((await world.ledger.rows())[0]).toMatchObject({
      source: 'file_events',
      minEventTime: '2001-05-04T22:00:00.000000Z',
      eventDates: ['2001-05-04'],
      countsByTypeAndMinute: {},
    });
    expect(String(world.quarantined()[1]?.body)).toHaveLength(65_536);
  });
});

test('fault 47: whatever bytes a file holds, it is refused or every row is accounted for', async () => {
  const piece = fc.oneof(
    fc.constantFrom(...[',', ';', '"', '\n', '\r\n', '\u0000', '\uFEFF', '{', '}', 'A-1', order(7)]),
    fc.string({ unit: 'binary' }),
  );
  const bytes = fc.oneof(
    fc.array(piece).map((pieces) => Buffer.from(pieces.join(''))),
    fc.uint8Array().map((array) => Buffer.from(array)),
  );
  await fc.assert(
    fc.asyncProperty(
      bytes,
      fc.boolean(),
      fc.integer({ min: 1, max: 40 }),
      async (body, isJson, chunkBytes) => {
        const world = new FileWorld();
        const head = isJson ? `${event(1)}\n` : ordersCsv(order(1));
        const dataset = isJson ? EVENT_HISTORY : SHOP_ORDERS;

        const report = await world.bring('f', Buffer.concat([Buffer.from(head), body]), {
          ...MANY_BAD,
          dataset,
          chunkBytes,
        });

        const landed = world.rows(dataset.source).length;
        expect(report.accepted + report.bad).toBe(report.rows);
        if (report.outcome === 'refused') expect(await world.ledger.rows()).toEqual([]);
        else expect([landed, world.quarantined().length]).toEqual([report.accepted, report.bad]);
      },
    ),
    { numRuns: 100 },
  );
});
