import { expect, test } from 'vitest';
import { hasErrors, runChecks } from '../../../lambdas/run-lake/run-checks.ts';
import { openDuckDb } from '../../../local/duckdb-engine.ts';

function check(name: string, body: string) {
  const declared = { meaning: 'M.', severity: 'warn' as const, inputs: [], restrictions: [] };
  return { ...declared, name, file: `checks/${name}.sql`, body };
}

async function reportsOf(body: string) {
  const engine = await openDuckDb({ file: ':memory:' });
  try {
    return await runChecks(engine, [check('some', body)]);
  } finally {
    engine.close();
  }
}

test('a check keeps the count of its bad rows and ten of them, in their order', async () => {
  const [report] = await reportsOf('select n as id, null as note from range(12) as rows (n)');

  expect(report).toMatchObject({ check: 'some', severity: 'warn', meaning: 'M.', badRows: 12 });
  expect(report?.examples).toHaveLength(10);
  expect(report?.examples[9]).toEqual({ id: '9', note: null });
});

test('people are not named in examples: not by a column of theirs, nor by a customer under another name', async () => {
  const [report] = await reportsOf(
    "select 'u:ann' as id, 'd1' as anonymous_id, 's1' as session_id, 'a:d1' as unit_id, 'ua: no' as note",
  );

  expect(report?.examples).toEqual([
    {
      ...{ id: '(a person)', anonymous_id: '(a person)', session_id: '(a person)', unit_id: '(a person)' },
      note: 'ua: no',
    },
  ]);
});

test('only bad rows of severity error are errors', () => {
  const report = { check: 'c', meaning: 'M.', examples: [] };

  expect(hasErrors([{ ...report, severity: 'error', badRows: 0 }])).toBe(false);
  expect(hasErrors([{ ...report, severity: 'warn', badRows: 9 }])).toBe(false);
  expect(hasErrors([{ ...report, severity: 'error', badRows: 1 }])).toBe(true);
});
