import { describe, expect, it } from 'vitest';
import { renderDataDictionary } from '../../docs/data-dictionary.ts';
import { renderEntities } from '../../docs/entities.ts';
import { loadModels } from '../../lambdas/domain/models/model-library.ts';

const CUSTOMER = `/*
model: dim_customer
meaning: Someone who came.
grain: one row per customer
key: customer_id
partition: none
slice: all
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
slice: order_id of touched_orders
columns:
  order_id varchar | Which.
  customer_id varchar not_null references(dim_customer.customer_id) | Whose.
  event_id varchar unique:warn | Its event.
  order_source varchar in(web, fakestore) | Where from.
  order_date date | When.
*/
select 1`;

const TOUCHED = `/*
model: touched_orders
meaning: Orders to compute again.
grain: one row per order
materialization: touched
columns:
  order_id varchar | Which.
*/
select 1`;

const DAYS = `/*
model: customer_days
meaning: What a customer did on a day.
grain: one row per customer and day
key: customer_id, day
partition: none
slice: all
columns:
  customer_id varchar | Who.
  day date | When.
*/
select 1`;

const CHECK = `/*
check: order_repeated
severity: warn
meaning: The same order came twice.
inputs: fct_orders
*/
select 1`;

const LIBRARY = loadModels([
  { file: 'curated/dim_customer.sql', text: CUSTOMER },
  { file: 'curated/customer_days.sql', text: DAYS },
  { file: 'curated/fct_orders.sql', text: ORDER },
  { file: 'touched/touched_orders.sql', text: TOUCHED },
  { file: 'checks/order_repeated.sql', text: CHECK },
]);

describe('the data dictionary', () => {
  const text = renderDataDictionary(LIBRARY);

  it.each([
    '### fct_orders\n\nAn order.\n',
    '- Key: order_id\n- Partition: order_date, by month\n- Slice: order_id of touched_orders\n- Inputs: dim_customer',
    '| order_id     | varchar | key      | Which.      |',
    '| customer_id  | varchar | not null | Whose.      |',
    '| country     | varchar |     | Where \\| when known. |',
    '| event_id     | varchar |          | Its event.  |',
    '- customer_id: stands in dim_customer.customer_id\n- event_id: no value stands twice (warn)\n- order_source: one of web, fakestore\n',
    '| order_repeated | warn     | The same order came twice. | fct_orders |',
  ])('says of tables and checks: %s', (expected) => {
    expect(text).toContain(expected);
  });

  it('draws a line from an input to what is built from it', () => {
    expect(text).toContain('flowchart LR\n  dim_customer --> fct_orders\n```');
  });
});

describe('the entities', () => {
  const text = renderEntities(LIBRARY);

  it('are tables with their keys, references and columns without a repeated value', () => {
    expect(text).toContain(
      '  fct_orders {\n    varchar order_id PK\n    varchar customer_id FK\n    varchar event_id UK\n  }',
    );
    expect(text).not.toContain('touched_orders {');
  });

  it('hang together by what is tested, and by a key that a table carries whole', () => {
    expect(text).toContain('  dim_customer ||--o{ fct_orders : "customer_id"\n');
    expect(text).toContain('  dim_customer |o..o{ customer_days : "customer_id"\n');
    expect(text).not.toContain('dim_customer |o..o{ fct_orders');
    expect(text).toContain('| fct_orders | customer_id | dim_customer.customer_id | error    |');
  });
});
