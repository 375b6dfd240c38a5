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

const FULL = { mode: 'full', models: [] } as const;

async function badRows(run: Parameters<typeof runColumnChecks>[2] = FULL) {
  const reports = await runColumnChecks(engine, models, run);
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

    const reports = await runColumnChecks(engine, models, FULL);

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

  test('are one statement a table, and none for a table without any', () => {
    const tables = tableChecks(models);

    expect(tables.map(({ model }) => model.name)).toEqual(['orders']);
    expect(tables[0]?.countsSql.match(/from orders as tested/g)).toHaveLength(1);
    expect(tables[0]?.checks[4]).toMatchObject({
      file: 'curated/orders.sql',
      inputs: ['orders', 'products'],
    });
  });
});

test('a part of the models has no references to the rest', () => {
  const part = tableChecks(models.filter(({ name }) => name !== 'products'));

  expect(part[0]?.checks.map(({ name }) => name)).toEqual([
    'orders_event_id_unique',
    'orders_channel_in',
    'orders_step_in',
    'orders_customer_id_references',
  ]);
});

describe('an incremental run', () => {
  const visits = loadModels([
    {
      file: 'curated/visits.sql',
      text: `/*\nmodel: visits\nmeaning: Visits.\nkey: visit_id\n${FIELDS}\ncolumns:\n  visit_id varchar | I.\n  event_id varchar unique | E.\n  channel varchar in(email) | C.\n  customer_id varchar references(customers.customer_id) | Who.\n*/\nselect 1`,
    },
    {
      file: 'curated/customers.sql',
      text: `/*\nmodel: customers\nmeaning: Customers.\nkey: customer_id\n${FIELDS}\ncolumns:\n  customer_id varchar | Who.\n*/\nselect 1`,
    },
  ]).models;

  /** Rows of visit_id, event_id, channel, customer_id; changes have their op before them. */
  async function stand(rows: string, changes: string, goneCustomers: string): Promise<void> {
    const columns = 'visit_id, event_id, channel, customer_id';
    await engine.execute(`create or replace table visits as from (values ${rows}) as v (${columns})`);
    await engine.execute(
      `create or replace table visits_changes as from (values ${changes}) as v (op, ${columns})`,
    );
    await engine.execute(
      `create or replace table customers_changes as from (values ${goneCustomers}) as v (op, customer_id)`,
    );
  }

  async function found(changed: { readonly visits?: number; readonly customersGone?: number }) {
    const report = { inserted: 0, updated: 0, deleted: 0, durationMs: 0 };
    const reports = await runColumnChecks(engine, visits, {
      mode: 'incremental',
      models: [
        { ...report, model: 'visits', updated: changed.visits ?? 0 },
        { ...report, model: 'customers', deleted: changed.customersGone ?? 0 },
      ],
    });
    return reports.map(({ badRows: count }) => count);
  }

  const TWO_BAD = `('1', 'e1', 'tv', 'u:9'), ('2', 'e1', 'radio', 'u:1')`;

  test('looks at rows as they have become, and still knows the values of all others', async () => {
    await stand(TWO_BAD, `('B', '2', 'e1', 'fax', 'u:8'), ('U', '2', 'e1', 'radio', 'u:1')`, `('I', 'u:1')`);

    expect(await found({ visits: 1 })).toEqual([1, 1, 0]);
  });

  test('finds rows that name what was deleted, though they are as they were, once', async () => {
    await stand(
      TWO_BAD,
      `('I', '1', 'e1', 'tv', 'u:9'), ('D', '3', 'e3', 'fax', 'u:8')`,
      `('D', 'u:9'), ('I', 'u:1')`,
    );

    expect(await found({ visits: 1, customersGone: 1 })).toEqual([1, 1, 1]);
  });

  test('asks nothing where nothing changed', async () => {
    await stand(TWO_BAD, `('U', '1', 'e1', 'tv', 'u:9')`, `('D', 'u:9')`);

    expect(await found({})).toEqual([0, 0, 0]);
    expect(await found({ customersGone: 1 })).toEqual([1, 1, 1]);
  });

  test('looks at a whole table of which a test warns, so that its warning stays', async () => {
    await orders(`('1', 'e1', 'tv', 9, 'u:1', 'q')`);

    expect(await badRows({ mode: 'incremental', models: [] })).toEqual({
      ...NONE,
      orders_channel_in: 1,
      orders_step_in: 1,
      orders_product_id_references: 1,
    });
  });
});
