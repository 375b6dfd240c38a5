import { COUNTRY_CODES, CURRENCY_CODES } from '../events/codes.ts';
import { CHANNELS } from '../events/contract.ts';
import { type Dataset, type DatasetColumn, FILE_FORMATS } from './dataset.ts';

const ID = { expression: /^[A-Za-z0-9_.:-]{1,64}$/, words: '1 to 64 of A-Z a-z 0-9 _ . : -' } as const;

const ORDER_ID: DatasetColumn = {
  name: 'order_id',
  type: 'text',
  isRequired: true,
  pattern: ID,
  meaning: 'The order.',
};

/** Without tolerance: an order that is lacking is a sum that is wrong. */
const NO_BAD_ROW = { kind: 'rows', rows: 0 } as const;

/** A shop's export of its orders, one row an order. */
export const SHOP_ORDERS: Dataset = {
  name: 'orders',
  meaning: "A shop's export of its orders, one row an order.",
  source: 'file_orders',
  formats: FILE_FORMATS,
  columns: [
    ORDER_ID,
    { name: 'ordered_at', type: 'time', isRequired: true, meaning: 'When it was placed.' },
    { name: 'customer_id', type: 'text', isRequired: true, pattern: ID, meaning: 'Who placed it.' },
    {
      name: 'currency',
      type: 'text',
      isRequired: true,
      values: new Set(CURRENCY_CODES),
      meaning: 'ISO 4217, of all its money.',
    },
    { name: 'discount', type: 'money', isRequired: false, meaning: 'Discount on the whole order.' },
    { name: 'shipping', type: 'money', isRequired: false, meaning: 'Shipping charged.' },
    { name: 'tax', type: 'money', isRequired: false, meaning: 'Tax charged.' },
    {
      name: 'channel',
      type: 'text',
      isRequired: false,
      values: new Set(CHANNELS),
      meaning: 'Marketing channel.',
    },
    {
      name: 'country',
      type: 'text',
      isRequired: false,
      values: new Set(COUNTRY_CODES),
      meaning: 'ISO 3166-1 alpha-2.',
    },
  ],
  key: ['order_id'],
  stagedIn: 'stg_file_orders',
  partition: 'order_date',
  mode: 'append',
  maxBadRows: NO_BAD_ROW,
  rules: 'columns',
};

/** The lines of those orders, one row a line. */
export const SHOP_ORDER_LINES: Dataset = {
  name: 'order_lines',
  meaning:
    "The lines of a shop's orders, one row a line; the newest files that hold an order hold all its lines.",
  source: 'file_order_lines',
  formats: FILE_FORMATS,
  columns: [
    ORDER_ID,
    {
      name: 'line_number',
      type: 'integer',
      isRequired: true,
      range: [1, 10_000],
      meaning: 'Place in the order, from 1.',
    },
    { name: 'product_id', type: 'text', isRequired: true, pattern: ID, meaning: 'What was bought.' },
    { name: 'quantity', type: 'integer', isRequired: true, range: [1, 10_000], meaning: 'How many of it.' },
    {
      name: 'unit_price',
      type: 'money',
      isRequired: true,
      meaning: "Price of one, in the order's currency.",
    },
  ],
  key: ['order_id', 'line_number'],
  stagedIn: 'stg_file_order_lines',
  partition: null,
  mode: 'append',
  maxBadRows: NO_BAD_ROW,
  rules: 'columns',
};
