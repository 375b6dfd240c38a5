import type { EventType } from '../../../lambdas/domain/events/event-types.ts';
import { insertMember, objectText, validMembers, withMember } from './event-text.ts';
import { type Draw, type Fate, type HostileRecord, single } from './hostile-record.ts';

/** A number as text in a field of a type, and the fate of an event that bears it. */
type Trap = readonly [type: EventType, field: string, value: string, fate: Fate];
type Traps = readonly [Trap, ...Trap[]];

/** Beyond the range of a double, which parsers make infinite. */
const INFINITE: Traps = [
  ['sign_up', 'note', '1e999', 'bad_number'],
  ['sign_up', 'note', '[0,{"a":-1e999}]', 'bad_number'],
  ['sign_up', 'note', '1'.repeat(400), 'bad_number'],
  ['add_to_cart', 'quantity', '1e400', 'bad_number'],
  ['refund', 'amount', '9e999', 'bad_number'],
];

/** Both sides of each limit of a count; counts are whole. */
const COUNTS: Traps = [
  ['add_to_cart', 'quantity', '1', 'accepted'],
  ['add_to_cart', 'quantity', '10000', 'accepted'],
  ['add_to_cart', 'quantity', '1e2', 'accepted'],
  ['add_to_cart', 'quantity', '2.0', 'accepted'],
  ['add_to_cart', 'quantity', '0', 'invalid_field'],
  ['add_to_cart', 'quantity', '-0', 'invalid_field'],
  ['add_to_cart', 'quantity', '-1', 'invalid_field'],
  ['add_to_cart', 'quantity', '10001', 'invalid_field'],
  ['add_to_cart', 'quantity', '1.5', 'invalid_field'],
  ['add_to_cart', 'quantity', '9007199254740993', 'invalid_field'],
  ['add_to_cart', 'quantity', '"1"', 'invalid_field'],
  ['page_view', 'engaged_time_ms', '86400000', 'accepted'],
  ['page_view', 'engaged_time_ms', '-0', 'accepted'],
  ['page_view', 'engaged_time_ms', '86400001', 'invalid_field'],
  ['page_view', 'engaged_time_ms', '0.5', 'invalid_field'],
  ['ad_spend', 'clicks', '-1', 'invalid_field'],
];

/** Decimals have at most four places, as number and as text. */
const PRICES: Traps = [
  ['add_to_cart', 'unit_price', '0', 'accepted'],
  ['add_to_cart', 'unit_price', '0.0001', 'accepted'],
  ['add_to_cart', 'unit_price', '99999999', 'accepted'],
  ['add_to_cart', 'unit_price', '"99999999.0000"', 'accepted'],
  ['add_to_cart', 'unit_price', '1.10', 'accepted'],
  ['add_to_cart', 'unit_price', '1e-4', 'accepted'],
  ['add_to_cart', 'unit_price', '0.00001', 'invalid_field'],
  ['add_to_cart', 'unit_price', '0.30000000000000004', 'invalid_field'],
  ['add_to_cart', 'unit_price', '99999999.0001', 'invalid_field'],
  ['add_to_cart', 'unit_price', '"99999999.0001"', 'invalid_field'],
  ['add_to_cart', 'unit_price', '-0.01', 'invalid_field'],
  ['add_to_cart', 'unit_price', '"1e2"', 'invalid_field'],
  ['add_to_cart', 'unit_price', '"01"', 'invalid_field'],
  ['add_to_cart', 'unit_price', '" 1"', 'invalid_field'],
  ['add_to_cart', 'unit_price', '"-1"', 'invalid_field'],
  ['add_to_cart', 'unit_price', '"1.00000"', 'invalid_field'],
  ['add_to_cart', 'unit_price', '"NaN"', 'invalid_field'],
  ['add_to_cart', 'unit_price', `"${'9'.repeat(400)}"`, 'invalid_field'],
];

/** Amounts beyond the bound are told apart: they are well formed, and nobody's. */
const AMOUNTS: Traps = [
  ['refund', 'amount', '999999999.9999', 'accepted'],
  ['refund', 'amount', '1000000000', 'out_of_range'],
  ['refund', 'amount', '"1000000000.0000"', 'out_of_range'],
  ['refund', 'amount', '1e308', 'out_of_range'],
  ['refund', 'amount', '0', 'invalid_field'],
  ['refund', 'amount', '"0.0000"', 'invalid_field'],
  ['refund', 'amount', '-1', 'invalid_field'],
  ['ad_spend', 'cost', '1e12', 'out_of_range'],
  ['purchase', 'discount', '1000000000', 'out_of_range'],
  ['purchase', 'tax', `"${'9'.repeat(300)}"`, 'out_of_range'],
  ['purchase', 'items', '[]', 'invalid_field'],
  ['purchase', 'items', '[{"product_id":"1","quantity":11,"unit_price":99999999}]', 'out_of_range'],
  ['purchase', 'items', '[{"product_id":"1","quantity":10,"unit_price":99999999}]', 'accepted'],
  ['purchase', 'items', '[{"product_id":"1","quantity":1}]', 'invalid_field'],
];

const TRAPS: readonly [Traps, ...Traps[]] = [INFINITE, COUNTS, PRICES, AMOUNTS];

export function numberTrap(draw: Draw): HostileRecord {
  const { random } = draw;
  const [type, field, value, fate] = random.pick(random.pick(TRAPS));
  return single(objectText(withMember(validMembers(draw, type), [`"${field}"`, value]), random), fate);
}

/** Numbers that a double cannot hold are nobody's business in a field that nobody reads. */
const KEPT = [
  '9007199254740993',
  '-0',
  '1e-999',
  '5e-324',
  '1.7976931348623157e308',
  '0.1',
  '1E+2',
  `0.${'1'.repeat(300)}`,
] as const;

export function keptNumber(draw: Draw): HostileRecord {
  const { random } = draw;
  return single(
    objectText(insertMember(validMembers(draw), ['"note"', random.pick(KEPT)], random)),
    'accepted',
  );
}
