import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../lambdas/run-lake/run-record.ts';
import { NAUGHTY_TEXTS } from '../soak/hostile/naughty-texts.ts';
import { event } from './cli-process.ts';
import { LakeUnderTest } from './lake-under-test.ts';

const ARRIVAL_MS = Date.parse('2026-03-01T10:00:05Z');

let lake: LakeUnderTest;
let run: RunRecord;

/** Each text as a search term, as a page, and as name and value of a field that nobody knows; in a session of its own. */
beforeAll(async () => {
  lake = await LakeUnderTest.create();
  const lines = NAUGHTY_TEXTS.map((text, n) =>
    event(n, {
      event_type: 'search',
      session_id: `s-${n}`,
      search_term: text,
      page_path: `/${text}`,
      [`odd ${text}`]: text,
    }),
  );
  await lake.put(
    lines.map((line) => ({
      partitionKey: 'd-1',
      arrivalTimeMs: ARRIVAL_MS,
      data: Buffer.from(line),
    })),
  );
  await lake.drain();
  run = await lake.run();
});

afterAll(() => lake.close());

/** The texts of a column, read as bytes: DuckDB's client drops a byte order mark at the beginning of a text. */
async function texts(column: string, from: string): Promise<readonly string[]> {
  const rows = await lake.rows(`select hex(encode(${column})) as bytes from ${from}`);
  return rows.map(({ bytes }) => Buffer.from(String(bytes), 'hex').toString());
}

describe('fault 50: texts that read like SQL, markup, formulas or commands', () => {
  it('are accepted, staged and built upon', () => {
    expect(run).toMatchObject({ status: 'succeeded', quarantine: [] });
    expect(run.reconciliation).toMatchObject({
      accepted: NAUGHTY_TEXTS.length,
      staged: NAUGHTY_TEXTS.length,
    });
  });

  it('stand in staging as they were sent', async () => {
    const terms = await texts('search_term', 'stg_events order by event_id');
    const pages = await texts('page_path', 'stg_events order by event_id');

    expect(terms).toEqual(NAUGHTY_TEXTS);
    expect(pages).toEqual(NAUGHTY_TEXTS.map((text) => `/${text}`));
  });

  it('stand in the curated tables as they were sent', async () => {
    const bySession = "fct_sessions order by cast(replace(session_id, 's-', '') as integer)";
    const landings = await texts('landing_page', bySession);

    expect(landings).toEqual(NAUGHTY_TEXTS.map((text) => `/${text}`));
  });

  it('change nothing when all is built again', async () => {
    const before = await lake.rows('select count(*) as n from stg_events');

    const again = await lake.run(true);

    expect(again.status).toBe('succeeded');
    expect(await lake.rows('select count(*) as n from stg_events')).toEqual(before);
  });
});
