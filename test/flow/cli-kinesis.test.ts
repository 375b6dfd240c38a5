import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failure, json, LoopbackKinesis } from '../lambdas/aws/loopback-kinesis.ts';
import { type LoopbackServer, openLoopback } from '../lambdas/aws/loopback-server.ts';
import { cli, event, onlyLine, tempFolder } from './cli-process.ts';

const { folder, remove } = tempFolder();
afterAll(remove);

let kinesis: LoopbackKinesis;
let server: LoopbackServer;

beforeEach(async () => {
  kinesis = new LoopbackKinesis({ streamName: 'shop', shards: 2 });
  server = await openLoopback((request) => kinesis.answer(request));
});
afterEach(() => server.close());

/** An account that nobody's own settings reach. */
const NOBODY = { HOME: folder, AWS_EC2_METADATA_DISABLED: 'true', AWS_REGION: 'us-east-1' };
const SOMEBODY = { ...NOBODY, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };

function onKinesis(args: readonly string[], options: { stdin?: string; environment?: typeof NOBODY } = {}) {
  const { stdin = '', environment = SOMEBODY } = options;
  const sink = ['--sink', 'kinesis', '--stream', 'shop', '--endpoint', server.url];
  return cli([...args, ...sink], { stdin, environment });
}

/** The texts of all records that were put, in the order of the calls. */
function putTexts(): string[] {
  return kinesis.calls
    .filter((call) => call.operation === 'PutRecords')
    .flatMap((call) => call.body.Records ?? [])
    .map((record) => Buffer.from(record.Data, 'base64').toString());
}

const lines = Array.from({ length: 600 }, (_, n) => event(n, { anonymous_id: `d-${n % 50}` }));

describe('send --sink kinesis', () => {
  it('puts each line on the stream once, in order per device, and makes no lake', async () => {
    const lake = path.join(folder, 'none');

    const ended = await onKinesis(['send', '-', '--json', '--quiet', '--lake', lake], {
      stdin: lines.join('\n'),
    });

    expect(JSON.parse(ended.stdout)).toMatchObject({
      sent: 600,
      stream_records: 600,
      sink: 'kinesis',
      stream: 'shop',
      arrival: 'now',
      resent_records: 0,
      refused_by_stream: 0,
    });
    const ofOne = (texts: readonly string[]) => texts.filter((text) => text.includes('"d-7"'));
    expect(ofOne(putTexts())).toEqual(ofOne(lines));
    expect(putTexts().sort()).toEqual([...lines].sort());
    expect(existsSync(lake)).toBe(false);
    expect(ended.code).toBe(0);
  });

  it('fault 1: sends again what was throttled, and says how much that was', async () => {
    let calls = 0;
    kinesis.fault = (_, perform) => {
      calls += 1;
      const answer = perform();
      if (calls > 1) return answer;
      const { Records } = JSON.parse(String(answer.body));
      const throttled = {
        ErrorCode: 'ProvisionedThroughputExceededException',
        ErrorMessage: 'Rate exceeded',
      };
      return json({ FailedRecordCount: 2, Records: [throttled, ...Records.slice(1, -1), throttled] });
    };

    const ended = await onKinesis(['send', '-', '--json'], { stdin: lines.join('\n') });

    expect(JSON.parse(ended.stdout)).toMatchObject({ sent: 600, resent_records: 2 });
    expect(ended.code).toBe(0);
  });

  it('--aggregate puts many events into a record, and says both counts', async () => {
    const ended = await onKinesis(['send', '-', '--aggregate', '25KB'], { stdin: lines.join('\n') });

    const texts = putTexts();
    expect(texts.length).toBeLessThanOrEqual(64);
    expect(texts.join('\n').split('\n').sort()).toEqual([...lines].sort());
    expect(ended.stdout).toBe(`Sent 600 events in ${texts.length} records to shop (arrival: now).\n`);
  });

  it('--dry-run counts, and calls nobody', async () => {
    const ended = await onKinesis(['send', '-', '--dry-run', '--aggregate', '25KB'], {
      stdin: lines.join('\n'),
    });

    expect(ended.stdout).toMatch(
      /^Would send 600 events in \d+ records to shop in 1 call \(arrival: now\)\. Nothing was sent\.\n$/,
    );
    expect(kinesis.calls).toEqual([]);
  });

  it('fault 44: a line of a pipe that no stream takes is kept whole', async () => {
    const rejects = path.join(folder, 'rejects.ndjson');
    const long = `{"x":"${'y'.repeat(1_200_000)}"}`;

    const ended = await onKinesis(['send', '-', '--quiet', '--rejects', rejects], {
      stdin: [lines[0], long, lines[1], long].join('\n'),
    });

    expect(ended.code).toBe(1);
    expect(onlyLine(ended)).toContain(`They stand whole in ${rejects}.`);
    expect(readFileSync(rejects, 'utf8')).toBe(`${long}\n${long}\n`);
    expect(putTexts()).toEqual(lines.slice(0, 2));
  });

  it('a stream that fails half way ends it with 1; what a pipe brought and was not sent is kept', async () => {
    const rejects = path.join(folder, 'unsent.ndjson');
    let calls = 0;
    kinesis.fault = (_, perform) => {
      calls += 1;
      return calls < 3 ? perform() : failure(400, 'AccessDeniedException', 'not any more');
    };

    const ended = await onKinesis(['send', '-', '--rejects', rejects], { stdin: lines.join('\n') });

    const kept = readFileSync(rejects, 'utf8').trimEnd().split('\n');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('100 lines of the input reached the stream');
    expect(ended.stderr).toContain(`What was read and not sent stands in ${rejects}: 500 lines.`);
    expect([...putTexts().slice(0, 100), ...kept].sort()).toEqual([...lines].sort());
  });
});

describe('simulate --sink kinesis', () => {
  it('puts the records of a shop on the stream, and says that they arrive now', async () => {
    const args = ['simulate', '--days', '1', '--visitors', '30', '--seed', '3'];

    const ended = await onKinesis([...args, '--json']);
    const file = path.join(folder, 'shop.ndjson');
    await cli([...args, '--out', file, '--quiet']);

    const written = readFileSync(file).toString('latin1').trimEnd().split('\n');
    const put = kinesis.calls.flatMap((call) => call.body.Records ?? []);
    expect(put.map((record) => Buffer.from(record.Data, 'base64').toString('latin1')).sort()).toEqual(
      written.sort(),
    );
    expect(JSON.parse(ended.stdout)).toMatchObject({
      records: written.length,
      sink: 'kinesis',
      stream: 'shop',
    });
    expect(ended.stderr).toContain('Kinesis stamps arrivals itself');
    expect(ended.code).toBe(0);
  });
});

describe('what is wrong is said in one line:', () => {
  const input = path.join(folder, 'one.ndjson');
  writeFileSync(input, lines[0] ?? '');
  const args = ['send', input, '--quiet'];

  it('no such stream', async () => {
    kinesis = new LoopbackKinesis({ streamName: 'other' });

    const ended = await onKinesis(args);

    expect(onlyLine(ended)).toContain('There is no stream shop at http://127.0.0.1');
    expect(ended).toMatchObject({ code: 1, stdout: '' });
  });

  it('no credentials, as JSON', async () => {
    const ended = await onKinesis([...args, '--json'], { environment: NOBODY });

    expect(JSON.parse(onlyLine(ended))).toMatchObject({ error: { code: 'aws_credentials', exit_code: 1 } });
  });

  it.each([
    ['no region', failure(400, 'X'), { AWS_REGION: '' }, 'No AWS region is set'],
    ['no rights', failure(400, 'AccessDeniedException'), {}, 'they need kinesis:PutRecords on it'],
    ['anything else', failure(400, 'ValidationException', 'bad'), {}, 'ValidationException: bad'],
  ])('%s', async (_, answer, environment, text) => {
    kinesis.fault = () => answer;
    const ended = await onKinesis(args, {
      environment: { ...SOMEBODY, ...environment },
    });

    expect(onlyLine(ended)).toContain(text);
    expect(ended.code).toBe(1);
  });

  it('nobody there', async () => {
    await server.close();
    const ended = await onKinesis(args);

    expect(onlyLine(ended)).toContain(`${server.url} cannot be reached`);
    expect(readdirSync(folder).filter((name) => name.startsWith('millpond-rejects'))).toEqual([]);
  });

  it.each([
    [['send', '-', '--sink', 'kinesis'], '--sink kinesis needs --stream NAME'],
    [['send', '-', '--stream', 'shop'], '--stream is for --sink kinesis'],
    [
      ['send', '-', '--sink', 'kinesis', '--stream', 'shop', '--arrival', 'event-time'],
      '--arrival event-time is for --sink local: Kinesis stamps each record',
    ],
    [['simulate', '--sink', 'kinesis', '--stream', 'no good'], 'Allowed: the name of a stream'],
    [['simulate', '--sink', 'stdout', '--aggregate', '25KB'], '--aggregate is for a stream'],
    [['simulate', '--aggregate', '2MB'], 'Allowed: a size from 1024 to 1048576 bytes'],
  ])('wrong usage: %j', async (wrong, text) => {
    const ended = await cli(wrong);

    expect(onlyLine(ended)).toContain(text);
    expect(ended.code).toBe(2);
  });
});
