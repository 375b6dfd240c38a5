import { expect, test } from 'vitest';
import { readModels } from '../../local/model-files.ts';
import { readRecord, sqlDigests } from '../trino/record.ts';

test('the SQL of every model and check is that which a real Trino has run (else: npm run test:trino -- --record)', () => {
  expect(sqlDigests(readModels())).toEqual(readRecord().sql);
});
