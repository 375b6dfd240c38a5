import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadModels } from '../../../lambdas/domain/models/model-library.ts';
import { tableChecks } from '../../../lambdas/domain/models/render-column-checks.ts';
import { hasErrors } from '../../../lambdas/run-lake/run-checks.ts';
import { runColumnChecks } from '../../../lambdas/run-lake/run-column-checks.ts';
import { type DuckDbEngine, openDuckDb } from '../../../local/duckdb-engine.ts';

const FIELDS = 'grain: g\npartition: none\nslice: all';
const { models } = loadModels([
  {
    file: 'curated/orders.sql',
    text: `/*
model: orders
meaning: Orders.
key: order_id
${FIELDS}
columns:
  order_id varchar | The order.
  event_id varchar unique:warn | Its event.
  channel varchar in(email, social) | Where from.
  step bigint in(1, 2) | How far.
  customer_id varchar references(customers.customer_id) | Who.
  product_id varchar references(products.product_id):warn | What.
*/
select 1`,
  },
  {
    file: 'curated/customers.sql',
    text: `/*\nmodel: customers\nmeaning: Customers.\nkey: customer_id\n${FIELDS}\ncolumns:\n  customer_id varchar | Who.\n*/\nselect 1`,
  },
  {
    file: 'curated/products.sql',
    text: `/*\nmodel: products\nmeaning: Versions.\nkey: product_id, version\n${FIELDS}\ncolumns:\n  product_id varchar | What.\n  version bigint | Which.\n*/\nselect 1`,
  },
]);

let engine: DuckDbEngine;

beforeAll(async () => {
  engine = await openDuckDb({ file: ':memory:' });
  await engine.execute(`create table customers as select 'u:1' as customer_id`);
  await engine.execute(
    `create table products as select 'p' as product_id, v as version from range(2) as r (v)`,
  );
});

afterAll(() => engine.close());

/** Rows of order_id, event_id, channel, step, customer_id, product_id. */
async function orders(...rows: readonly string[]): Promise<void> {
  await engine.execute(
    'create or replace table orders (order_id varchar, event_id varchar, channel varchar, step bigint, customer_id varchar, product_id varchar)',
  );
  await engine.execute(`insert into orders values ${rows.join(', ')}`);
}

async function badRows(rowsOf?: () => string) {
  const reports = await runColumnChecks(engine, models, rowsOf);
  return Object.fromEntries(reports.map(({ check, badRows: count }) => [check, count]));
}

const NONE = {
  orders_event_id_unique: 0,
  orders_channel_in: 0,
  orders_step_in: 0,
  orders_customer_id_references: 0,
  orders_product_id_references: 0,
};

describe('the checks of columns', () => {
  test('find nothing in good rows, nulls and a product of two versions among them', async () => {
    await orders(
      `('1', 'e1', 'email', 1, 'u:1', 'p')`,
      `('2', null, null, null, null, null)`,
      `('3', null, 'social', 2, 'u:1', 'p')`,
    );

    expect(await badRows()).toEqual(NONE);
  });

  test('count each kind of bad row, once', async () => {
    await orders(
      `('1', 'e1', 'e-mail', 1, 'u:1', 'p')`,
      `('2', 'e1', 'EMAIL', 3, 'u:2', 'q')`,
      `('3', 'e1', 'email', 0, 'u:3', 'p')`,
      `('4', 'e2', '', 2, 'u:1', 'p')`,
    );

    expect(await badRows()).toEqual({
      orders_event_id_unique: 3,
      orders_channel_in: 3,
      orders_step_in: 2,
      orders_customer_id_references: 2,
      orders_product_id_references: 1,
    });
  });

  test('give their severity, their meaning and examples with the key, people withheld', async () => {
    await orders(`('1', 'e1', 'tv', 1, 'u:2', 'q')`);

    const reports = await runColumnChecks(engine, models);

    expect(reports.filter((report) => report.badRows > 0)).toEqual([
      {
        check: 'orders_channel_in',
        severity: 'error',
        meaning: 'orders.channel is none of email, social.',
        badRows: 1,
        examples: [{ order_id: '1', channel: 'tv' }],
      },
      {
        check: 'orders_customer_id_references',
        severity: 'error',
        meaning: 'orders.customer_id stands in no row of customers.customer_id.',
        badRows: 1,
        examples: [{ order_id: '1', customer_id: '(a person)' }],
      },
      {
        check: 'orders_product_id_references',
        severity: 'warn',
        meaning: 'orders.product_id stands in no row of products.product_id.',
        badRows: 1,
        examples: [{ order_id: '1', product_id: 'q' }],
      },
    ]);
    expect(hasErrors(reports)).toBe(true);
  });

  test('look at changed rows alone when told so, and still know the values of all others', async () => {
    await orders(`('1', 'e1', 'tv', 9, 'u:9', 'q')`, `('2', 'e1', 'radio', 1, 'u:1', 'p')`);

    const changed = await badRows(() => `(select * from orders where order_id = '2')`);

    expect(changed).toEqual({ ...NONE, orders_channel_in: 1, orders_event_id_unique: 1 });
  });

  test('are one statement a table, and none for a table without any', () => {
    const tables = tableChecks(models);

    expect(tables.map(({ table }) => table)).toEqual(['orders']);
    expect(tables[0]?.countsSql.match(/from orders as tested/g)).toHaveLength(1);
    expect(tables[0]?.checks[4]).toMatchObject({
      file: 'curated/orders.sql',
      inputs: ['orders', 'products'],
    });
  });
});
