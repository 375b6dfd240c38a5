import { expect, it } from 'vitest';
import { similarNames } from '../../../lambdas/domain/similar-names.ts';

const NAMES = ['fct_orders', 'fct_order_lines', 'fct_sessions', 'daily_sales', 'dim_date'];

it.each([
  ['fct_order', ['fct_order_lines', 'fct_orders']],
  ['FCT_ORDRES', ['fct_orders']],
  ['dialy_sales', ['daily_sales']],
  ['sales', ['daily_sales']],
  ['dim_data', ['dim_date']],
])('"%s" may mean %j', (given, meant) => {
  expect(similarNames(given, NAMES)).toEqual(meant);
});

it.each(['customers', 'x', 'zzzzzzzzzz', '%'])('"%s" means none of them', (given) => {
  expect(similarNames(given, NAMES.slice(0, 1))).toEqual([]);
});

it('the nearest comes first', () => {
  expect(similarNames('abcdefgh', ['abcdefxx', 'abcdefgx', 'abcdefgh'])).toEqual([
    'abcdefgh',
    'abcdefgx',
    'abcdefxx',
  ]);
});
