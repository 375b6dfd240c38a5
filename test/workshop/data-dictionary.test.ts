import { describe, expect, it } from 'vitest';
import { renderDataDictionary } from '../../docs/data-dictionary.ts';
import { loadModels } from '../../lambdas/domain/models/model-library.ts';

const CUSTOMER = `/*
model: dim_customer
meaning: Someone who came.
grain: one row per customer
key: customer_id
partition: none
slice: customers
columns:
  customer_id varchar | Who.
  country varchar | Where | when known.
*/
select 1`;

const ORDER = `/*
model: fct_orders
meaning: An order.
grain: one row per order
key: order_id
partition: month(order_date)
inputs: dim_customer
slice: orders
reach: 2 .. 1
columns:
  order_id varchar | Which.
  customer_id varchar not_null | Whose.
  order_date date | When.
*/
select 1`;

const CHECK = `/*
check: order_repeated
severity: warn
meaning: The same order came twice.
inputs: fct_orders
*/
select 1`;

describe('the data dictionary', () => {
  const text = renderDataDictionary(
    loadModels([
      { file: 'curated/dim_customer.sql', text: CUSTOMER },
      { file: 'curated/fct_orders.sql', text: ORDER },
      { file: 'checks/order_repeated.sql', text: CHECK },
    ]),
  );

  it.each([
    '### fct_orders\n\nAn order.\n',
    '- Key: order_id\n- Partition: order_date, by month\n- Slice: orders; reach 2 days before to 1 after\n- Inputs: dim_customer',
    '| order_id    | varchar | key      | Which.  |',
    '| customer_id | varchar | not null | Whose.  |',
    '| country     | varchar |     | Where \\| when known. |',
    '| order_repeated | warn     | The same order came twice. | fct_orders |',
  ])('says of tables and checks: %s', (expected) => {
    expect(text).toContain(expected);
  });

  it('draws a line from an input to what is built from it', () => {
    expect(text).toContain('flowchart LR\n  dim_customer --> fct_orders\n```');
  });

  it('draws keys, and a relation where a table carries the key of another', () => {
    expect(text).toContain('  fct_orders {\n    varchar order_id PK\n  }');
    expect(text).toContain('  dim_customer |o--o{ fct_orders : "customer_id"');
    expect(text).not.toContain('  fct_orders |o--o{ dim_customer');
  });
});
