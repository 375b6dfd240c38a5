import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cli, event, onlyLine, tempFolder } from './cli-process.ts';
import { streamed } from './streamed.ts';

const MIB = 1_048_576;
const { folder, remove } = tempFolder();
afterAll(remove);

let lakes = 0;
function newLake(): string {
  lakes += 1;
  return path.join(folder, `lake-${lakes}`);
}

describe('send', () => {
  it('fault 44: keeps in the lake what a pipe brought and no stream takes', async () => {
    const lake = newLake();
    const long = `{"x":"${'y'.repeat(2 * MIB)}"}`;

    const ended = await cli(['send', '-', '--lake', lake, '--arrival', 'now', '--json', '--quiet'], {
      stdin: `${event(1)}\n${long}\n`,
    });

    const { rejects_file: file } = JSON.parse(ended.stdout);
    expect(path.dirname(file)).toBe(path.join(lake, 'rejects'));
    expect(readFileSync(file, 'utf8')).toBe(`${long}\n`);
    expect(onlyLine(ended)).toContain(`They stand whole in ${file}`);
    expect(ended.code).toBe(1);
  });

  it('--aggregate puts many events into a record, each as it is; what is no object on a line goes alone', async () => {
    const lake = newLake();
    const lines = [...Array.from({ length: 200 }, (_, n) => event(n, { anonymous_id: `d-${n}` })), 'no json'];

    const ended = await cli(
      ['send', '-', '--lake', lake, '--arrival', 'now', '--aggregate', '25KB', '--json', '--quiet'],
      { stdin: lines.join('\n') },
    );

    const { texts } = streamed(lake);
    expect(texts.length).toBeLessThanOrEqual(65);
    expect(texts.flatMap((text) => text.split('\n')).sort()).toEqual([...lines].sort());
    expect(texts).toContain('no json');
    expect(JSON.parse(ended.stdout)).toMatchObject({ sent: 201, stream_records: texts.length });
  });

  it('--dry-run counts, and makes no lake', async () => {
    const lake = newLake();

    const input = path.join(folder, 'one.ndjson');
    writeFileSync(input, event(1));

    const ended = await cli(['send', input, '--lake', lake, '--dry-run', '--quiet']);

    expect(ended.stdout).toBe('Would send 1 record in 1 call (arrival: event-time). Nothing was sent.\n');
    expect(existsSync(lake)).toBe(false);
  });
});
