import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLake } from '../../local/lake.ts';
import { openLakeStream, waitingRecords } from '../../local/lake-stream.ts';
import { CliProcess, cli, event, onlyLine, tempFolder } from './cli-process.ts';
import { stoppedClock } from './stopped-clock.ts';
import { streamed } from './streamed.ts';

const MIB = 1_048_576;
const { folder, remove } = tempFolder();
afterAll(remove);

let lakes = 0;
function newLake(): string {
  lakes += 1;
  return path.join(folder, `lake-${lakes}`);
}

function file(name: string, content: string | Buffer): string {
  const target = path.join(folder, name);
  writeFileSync(target, content);
  return target;
}

let good = '';

describe('send refuses, in one line and before anything is sent,', () => {
  beforeAll(() => {
    good = file('good.ndjson', `${event(1)}\n`);
    mkdirSync(path.join(folder, 'events'));
  });

  const whole = gzipSync(Array.from({ length: 5000 }, (_, n) => event(n)).join('\n'));
  it.each([
    ['a missing file', () => path.join(folder, 'none.ndjson'), 'does not exist'],
    ['a directory', () => path.join(folder, 'events'), 'is a directory'],
    [
      'gzip that breaks off',
      () => file('cut.gz', whole.subarray(0, whole.length / 2)),
      'broken gzip data (unexpected end of file)',
    ],
    [
      'damaged gzip',
      () => file('bad.gz', Buffer.concat([whole.subarray(0, 200), Buffer.alloc(500, 7)])),
      'broken gzip data',
    ],
    [
      'binary data',
      () => file('photo.png', Buffer.from('\x89PNG\r\n\x1a\n\0\0\0', 'latin1')),
      'binary data (a NUL byte at offset 8)',
    ],
    ['binary data in gzip', () => file('photo.gz', gzipSync(Buffer.alloc(100))), 'holds'],
    ['Parquet', () => file('a.parquet', 'PAR1abc'), 'a Parquet file'],
    ['a JSON array', () => file('a.json', `\n [${event(1)},\n${event(2)}]`), "`jq -c '.[]' "],
    ['a JSON array in gzip', () => file('a.json.gz', gzipSync(`[${event(1)}]`)), "a.json.gz | jq -c '.[]'`"],
    [
      'pretty-printed JSON',
      () => file('b.json', JSON.stringify(JSON.parse(event(1)), null, 2)),
      'is JSON spread over several lines, not NDJSON (one event a line, UTF-8): send what `jq -c . ',
    ],
  ])('%s', async (_what, make, text) => {
    const lake = newLake();

    const ended = await cli(['send', good, make(), '--lake', lake, '--arrival', 'now', '--quiet']);

    expect(onlyLine(ended)).toContain(text);
    expect(ended.code).toBe(1);
    expect(streamed(lake).texts).toEqual([]);
  });

  it.each([
    [
      'a JSON array',
      `[${event(1)}]`,
      "stdin is one JSON array, not NDJSON (one event a line, UTF-8): send what `jq -c '.[]'` makes of it.",
    ],
    ['pretty-printed JSON', '{\n  "a": 1\n}\n', 'stdin is JSON spread over several lines'],
    [
      'a JSON array in gzip',
      gzipSync('[1]'),
      "stdin is one JSON array, not NDJSON (one event a line, UTF-8): send what `gzip -dc | jq -c '.[]'`",
    ],
  ])('%s from a pipe', async (_what, stdin, text) => {
    const lake = newLake();

    const ended = await cli(['send', '-', '--lake', lake, '--arrival', 'now', '--quiet'], { stdin });

    expect(onlyLine(ended)).toContain(text);
    expect(streamed(lake).texts).toEqual([]);
  });
});

describe('send says of an input without a line, and of nothing else, that there was nothing to send:', () => {
  it.each([
    ['an empty file', '', 'is empty.'],
    ['blank lines', '\n  \r\n\t\n', 'holds blank lines only.'],
  ])('%s, and makes no lake for it', async (_what, content, text) => {
    const lake = newLake();
    const input = file('nothing.ndjson', content);

    const ended = await cli(['send', input, '--lake', lake]);

    expect(onlyLine(ended)).toBe(`millpond: There was nothing to send: ${input} ${text}`);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(existsSync(lake)).toBe(false);
  });

  it.each([
    ['auto', '', 'stdin is empty.'],
    ['now', '\n', 'stdin holds blank lines only.'],
    ['event-time', '\n\n', 'stdin holds blank lines only.'],
  ])('a pipe, with --arrival %s', async (arrival, stdin, text) => {
    const lake = newLake();
    await cli(['send', '-', '--lake', lake, '--quiet'], { stdin: event(1) });

    const ended = await cli(['send', '-', '--lake', lake, '--arrival', arrival], { stdin });
    const json = await cli(['send', '-', '--lake', lake, '--arrival', arrival, '--json'], { stdin });

    expect(onlyLine(ended)).toBe(`millpond: There was nothing to send: ${text}`);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(JSON.parse(onlyLine(json))).toMatchObject({ error: { code: 'input_empty', exit_code: 1 } });
    expect(json.stdout).toBe('');
  });

  it('but an empty file beside one with events is only named', async () => {
    const lake = newLake();

    const ended = await cli(['send', file('none.ndjson', ''), good, '--lake', lake, '--arrival', 'now']);

    expect(ended).toMatchObject({ code: 0 });
    expect(ended.stderr).toContain('none.ndjson is empty.');
    expect(streamed(lake).texts).toEqual([event(1)]);
  });
});

describe('send', () => {
  it('sends everything but lines that no stream takes, names those, and fails', async () => {
    const lake = newLake();
    const long = Buffer.alloc(40 * MIB, 'x');
    const input = file(
      'long.ndjson',
      Buffer.concat([Buffer.from(`${event(1)}\n`), long, Buffer.from(`\n${event(2)}\n`)]),
    );

    const ended = await cli(['send', input, '--lake', lake, '--arrival', 'now', '--quiet', '--json']);

    expect(ended.code).toBe(1);
    const { message } = JSON.parse(onlyLine(ended)).error;
    expect(message).toContain('1 line was too long');
    expect(message).toContain('long.ndjson line 2 (41,943,040 bytes)');
    expect(message).toContain('At most 1,048,576 bytes are allowed');
    expect(message).toContain('They are still where they came from; --rejects FILE makes a copy');
    expect(JSON.parse(ended.stdout)).toMatchObject({ sent: 2, lines: 3, refused_lines: 1 });
    expect(streamed(lake).texts).toEqual([event(1), event(2)]);
  });

  it('takes the largest line that fits with its key, and the next byte no more', async () => {
    const lake = newLake();
    const padded = (size: number) => event(1, { x: 'a'.repeat(size - event(1, { x: '' }).length) });
    const input = file('edge.ndjson', `${padded(MIB - 3)}\n${padded(MIB - 2)}\n`);

    const ended = await cli(['send', input, '--lake', lake, '--arrival', 'now', '--quiet', '--json']);

    expect(JSON.parse(ended.stdout)).toMatchObject({ sent: 1, refused: [{ line: 2, size_bytes: MIB - 2 }] });
  });

  it('puts any other line on the stream as it is, whatever it holds', async () => {
    const lake = newLake();
    const lines = ['no json', '{"a":1,"a":2}', ' {"spaces" : true} ', '\u00e4\u{1f600}', '[]'];
    const input = gzipSync(`\ufeff${lines.join('\r\n')}\n\n  \n`);

    const ended = await cli(['send', '-', '--lake', lake, '--arrival', 'now', '--quiet', '--json'], {
      stdin: input,
    });

    expect(JSON.parse(ended.stdout)).toMatchObject({ sent: 5, lines: 7, blank_lines: 2 });
    expect(streamed(lake).texts.sort()).toEqual([...lines].sort());
    expect(ended.code).toBe(0);
  });

  it('lets history arrive at its own times, in order, sorted through the disk', async () => {
    const lake = newLake();
    const times = Array.from(
      { length: 3000 },
      (_, n) => Date.parse('2026-03-01T00:00:00Z') + ((n * 7919) % 3000) * 1000,
    );
    const lines = times.map((timeMs, n) =>
      event(n, { event_time: new Date(timeMs).toISOString(), filler: 'x'.repeat(400) }),
    );
    const undated = [
      event(9000, { event_time: 'yesterday' }),
      'no json',
      event(9001, { event_time: '2999-01-01T00:00:00Z' }),
      event(9002, { event_time: '1970-01-01T00:00:10Z' }),
    ];
    const input = file('history.ndjson', [...undated, ...lines].join('\n'));

    const ended = await cli(['send', input, '--lake', lake, '--json'], {
      environment: { MILLPOND_SORT_MB: '1' },
    });

    const { texts, arrivals } = streamed(lake);
    expect(JSON.parse(ended.stdout)).toMatchObject({ sent: 3004, arrival: 'event-time', undated_lines: 4 });
    expect(ended.stderr).toContain('records arrive at their event_time');
    expect(arrivals.slice(0, 3000)).toEqual([...times].sort((left, right) => left - right));
    expect(new Set(arrivals.slice(2999))).toEqual(new Set([Math.max(...times)]));
    expect(texts.slice(3000).every((text) => undated.includes(text) || text.includes('T00:49:59'))).toBe(
      true,
    );
    expect(readdirSync(path.join(lake, 'tmp'))).toEqual([]);
  });

  it('lets an event arrive when it was sent, else when it happened', async () => {
    const lake = newLake();
    const lines = [
      event(1, { event_time: '2026-03-01T10:00:00Z', sent_time: '2026-03-05T10:00:00.000001Z' }),
      event(2, { event_time: '2026-03-02T10:00:00Z' }),
    ];

    await cli(['send', '-', '--lake', lake, '--arrival', 'sent-time', '--quiet'], {
      stdin: lines.join('\n'),
    });

    expect(streamed(lake).arrivals).toEqual([
      Date.parse('2026-03-02T10:00:00Z'),
      Date.parse('2026-03-05T10:00:00.001Z'),
    ]);
  });

  it('sends what a slow pipe brought at once, and stops at Ctrl-C with nothing lost', async () => {
    const lake = newLake();
    const process = new CliProcess(['send', '-', '--lake', lake, '--arrival', 'now']);
    process.child.stdin.write(`${event(1)}\n${event(2)}\n`);
    await process.says('Made a new lake');
    await expect.poll(() => waitingCount(lake), { timeout: 20_000 }).toBe(2);

    process.child.kill('SIGINT');

    const ended = await process.ended;
    expect(ended.code).toBe(130);
    expect(ended.stderr).toContain('Stopped as asked after 2 records');
    expect(readdirSync(path.join(lake, 'tmp'))).toEqual([]);
  });
});

function waitingCount(lake: string): number {
  if (!existsSync(path.join(lake, 'stream.sqlite'))) return 0;
  const stream = openLakeStream(openLake(lake), stoppedClock);
  try {
    return waitingRecords(stream).records;
  } finally {
    stream.close();
  }
}
