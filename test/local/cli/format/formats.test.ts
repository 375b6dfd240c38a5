import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Column, Row } from '../../../../local/cli/format/cells.ts';
import { csvRow } from '../../../../local/cli/format/csv.ts';
import { jsonRow, uniqueNames } from '../../../../local/cli/format/json.ts';
import { type RowChunk, type RowFormat, writeRows } from '../../../../local/cli/format/rows.ts';
import { fitWidths, renderTable, visibleColumns } from '../../../../local/cli/format/table.ts';
import { Output, OutputClosedError } from '../../../../local/cli/output.ts';

const COLUMNS: readonly Column[] = [
  { name: 'name', type: 'varchar' },
  { name: 'net', type: 'decimal(18,4)' },
  { name: 'at', type: 'timestamp(6)' },
  { name: 'n', type: 'bigint' },
];
const ROW: Row = ['a,"b"\nc', '12.3000', '2026-10-17 08:00:00.123456', 7];

async function written(chunks: readonly RowChunk[], format: RowFormat, maxRows = 100, maxCellWidth?: number) {
  let text = '';
  const sink = new Writable({
    write: (chunk, _encoding, done) => {
      text += String(chunk);
      done();
    },
  });
  async function* source() {
    yield* chunks;
  }
  const result = await writeRows(source(), new Output(sink), {
    format,
    maxRows,
    ...(maxCellWidth === undefined ? {} : { maxCellWidth }),
  });
  return { text, ...result };
}

describe('csv', () => {
  it('quotes as RFC 4180, money with four places, times with Z', () => {
    expect(csvRow(ROW, COLUMNS)).toBe('"a,""b""\nc",12.3000,2026-10-17T08:00:00.123456Z,7\r\n');
  });

  it('tells null from the empty text, and alters no formula', () => {
    const columns = COLUMNS.slice(0, 1);

    expect(csvRow([null], columns)).toBe('\r\n');
    expect(csvRow([''], columns)).toBe('""\r\n');
    expect(csvRow(['=1+1'], columns)).toBe('=1+1\r\n');
    expect(csvRow([' a'], columns)).toBe('" a"\r\n');
  });
});

describe('json', () => {
  it('keeps decimals and great integers exact as texts', () => {
    expect(JSON.parse(jsonRow(ROW, COLUMNS))).toEqual({
      name: 'a,"b"\nc',
      net: '12.3000',
      at: '2026-10-17T08:00:00.123456Z',
      n: 7,
    });
    expect(jsonRow([2n ** 60n], [{ name: 'n', type: 'hugeint' }])).toBe('{"n":"1152921504606846976"}');
    expect(jsonRow([Number.NaN], [{ name: 'n', type: 'double' }])).toBe('{"n":"NaN"}');
  });

  it('loses no column of an equal name', () => {
    expect(uniqueNames(['a', 'a', 'a_2', 'b', 'a'])).toEqual(['a', 'a_3', 'a_2', 'b', 'a_4']);
  });
});

describe('writeRows', () => {
  const chunks = [
    { columns: COLUMNS, rows: [ROW] },
    { columns: COLUMNS, rows: [['z', null, null, null]] },
  ] satisfies RowChunk[];

  it('writes one JSON array, or one object a line', async () => {
    const json = await written(chunks, 'json');
    const lines = await written(chunks, 'ndjson');

    expect(JSON.parse(json.text)).toHaveLength(2);
    expect(
      lines.text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).name),
    ).toEqual(['a,"b"\nc', 'z']);
  });

  it('keeps the header of an empty result', async () => {
    const empty = [{ columns: COLUMNS, rows: [] }];

    expect((await written(empty, 'csv')).text).toBe('name,net,at,n\r\n');
    expect(JSON.parse((await written(empty, 'json')).text)).toEqual([]);
    expect((await written(empty, 'ndjson')).text).toBe('');
    expect((await written(empty, 'table')).text).toContain('name');
  });

  it('counts the rows that a table does not show', async () => {
    expect(await written(chunks, 'table', 1)).toMatchObject({ rows: 2, shown: 1 });
  });
});

describe('renderTable', () => {
  it('aligns numbers to the right and shows times short', () => {
    const text = renderTable(COLUMNS, [
      ['a', '1.0000', '2026-10-17 00:00:00.000000', 1],
      ['bb', '100.0000', null, 22],
    ]);

    expect(text.split('\n')).toEqual([
      'name       net  at                     n',
      '----  --------  --------------------  --',
      'a       1.0000  2026-10-17T00:00:00Z   1',
      'bb    100.0000                        22',
      '',
    ]);
  });

  it('never lets data move the cursor of a terminal', () => {
    const text = renderTable([{ name: 'x', type: 'varchar' }], [['\u001b[2Jboo\nline\u202e']]);

    expect(text).toContain('\\u001b[2Jboo\\nline\\u202e');
    expect(text).not.toContain('\u001b');
  });

  it('cuts the widest columns first so that every line fits', () => {
    const columns = ['a', 'b', 'c'].map((name) => ({ name, type: 'varchar' }));

    const text = renderTable(columns, [['x'.repeat(100), 'y'.repeat(30), 'zz']], { maxWidth: 60 });

    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(text).toContain('zz');
    expect(text).toContain('…');
    expect(fitWidths([100, 30, 2], 60).reduce((sum, width) => sum + width, 4)).toBe(60);
  });
});

describe('a table whose cells may have so many characters', () => {
  it('cuts longer ones, and no others, on any width of line', () => {
    const columns = ['a', 'b'].map((name) => ({ name, type: 'varchar' }));
    const rows = [
      ['x'.repeat(10), 'ok'],
      ['y'.repeat(11), '\u{1f600}'.repeat(11)],
    ];

    const lines = renderTable(columns, rows, { maxCellWidth: 10 }).split('\n');

    expect(lines[2]).toBe(`${'x'.repeat(10)}  ok`);
    expect(lines[3]).toBe(`${'y'.repeat(9)}…  ${'\u{1f600}'.repeat(9)}…`);
  });

  it('does not cut in any other format', async () => {
    const chunks = [{ columns: COLUMNS.slice(0, 1), rows: [['x'.repeat(100)]] }];

    for (const format of ['csv', 'json', 'ndjson'] as const) {
      expect((await written(chunks, format, 1, 10)).text).toContain('x'.repeat(100));
    }
    expect((await written(chunks, 'table', 1, 10)).text).toContain(`${'x'.repeat(9)}…`);
  });
});

describe('a table of many columns', () => {
  it('leaves out at the right what would not be readable, and says how many', () => {
    const columns = Array.from({ length: 20 }, (_, index) => ({ name: `column_${index}`, type: 'varchar' }));

    const text = renderTable(columns, [columns.map(() => 'x'.repeat(30))], { maxWidth: 80 });

    expect(text.split('\n')[0]).toContain('+16 columns');
    expect(text).toContain('column_3');
    expect(text).not.toContain('column_4');
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('shows all where they fit', () => {
    expect(visibleColumns([5, 5, 5], 19)).toBe(3);
    expect(visibleColumns([5, 5, 5], 18)).toBe(1);
    expect(visibleColumns([500], 10)).toBe(1);
  });
});

it('tells a closed reader from a full disk', async () => {
  const failing = (code: string) =>
    new Output(
      new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })) }),
    );
  const written = async (output: Output) => {
    await output.write('x');
    await output.flush();
  };

  await expect(written(failing('EPIPE'))).rejects.toBeInstanceOf(OutputClosedError);
  await expect(written(failing('ENOSPC'))).rejects.not.toBeInstanceOf(OutputClosedError);
});
