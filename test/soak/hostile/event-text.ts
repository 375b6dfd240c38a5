import { EVENT_TYPES, type EventType } from '../../../lambdas/domain/events/event-types.ts';
import type { Random } from '../../../simulator/random.ts';
import type { Draw } from './hostile-record.ts';

/** A member of a JSON object as texts: the key with its quotes, and the value. Texts, so that both can be malformed. */
export type Member = readonly [key: string, value: string];

const US_PER_MS = 1_000;
const US_PER_MINUTE = 60_000_000;

export function member(name: string, value: unknown): Member {
  return [JSON.stringify(name), JSON.stringify(value)];
}

/** `2026-01-31T10:14:59.123456` of microseconds since the epoch, without a zone. */
export function localTimeText(timeUs: number): string {
  const ms = Math.floor(timeUs / US_PER_MS);
  const us = String(timeUs - ms * US_PER_MS).padStart(3, '0');
  return `${new Date(ms).toISOString().slice(0, 23)}${us}`;
}

/** An event that keeps the contract, with a fresh id; of the given type or of any. */
export function validMembers(draw: Draw, type: EventType = draw.random.pick(EVENT_TYPES)): readonly Member[] {
  const { random } = draw;
  const ageUs = random.integer(0, US_PER_MINUTE);
  return [
    member('event_id', draw.nextId()),
    member('event_type', type),
    member('event_time', `${localTimeText(draw.arrivalTimeMs * US_PER_MS - ageUs)}Z`),
    member('schema_version', 1),
    member('anonymous_id', `device-${random.integer(0, 9_999)}`),
    member('session_id', `session:${random.integer(0, 9_999)}`),
    ...fieldsOf(type, random).map(([name, value]) => member(name, value)),
    ...optionalFields(random).map(([name, value]) => member(name, value)),
  ];
}

type Field = readonly [name: string, value: unknown];

function fieldsOf(type: EventType, random: Random): readonly Field[] {
  const product: Field = ['product_id', `sku.${random.integer(1, 500)}`];
  const currency: Field = ['currency', random.pick(['EUR', 'USD', 'JPY'])];
  const campaign: Field = ['campaign_id', `c-${random.integer(1, 50)}`];
  switch (type) {
    case 'page_view':
      return [['page_path', random.pick(['/', '/shoes', '/shoes?size=42'])]];
    case 'search':
      return [['search_term', random.pick(['red shoes', 'größe 42', '靴', ''])]];
    case 'view_item':
      return [product, currency];
    case 'add_to_cart':
    case 'remove_from_cart':
      return [product, currency, ['quantity', random.integer(1, 10_000)], ['unit_price', price(random)]];
    case 'purchase':
      return [['order_id', `o-${random.integer(1, 1e6)}`], currency, ['items', items(random)]];
    case 'refund':
      return [
        ['order_id', `o-${random.integer(1, 1e6)}`],
        ['refund_id', `r-${random.integer(1, 1e6)}`],
        ['amount', random.integer(1, 9_999) / 100],
        currency,
      ];
    case 'ad_impression':
    case 'ad_click':
      return [campaign, ['impressions', random.integer(0, 1_000)]];
    case 'ad_spend':
      return [campaign, currency, ['cost', price(random)]];
    default:
      return [];
  }
}

function optionalFields(random: Random): readonly Field[] {
  const candidates: readonly Field[] = [
    ['user_id', `user-${random.integer(1, 999)}`],
    ['country', random.pick(['DE', 'US', 'BR'])],
    ['device', random.pick(['desktop', 'mobile', null])],
    ['channel', 'email'],
    ['sent_time', '2026-01-31T10:15:00Z'],
    ['loyalty', { tier: 'gold', points: [1, 2, 3] }],
  ];
  return candidates.filter(() => random.chance(0.2));
}

/** As a number or as text, with at most four places. */
function price(random: Random): number | string {
  const cents = random.integer(0, 99_999);
  return random.chance(0.5) ? cents / 100 : (cents / 100).toFixed(2);
}

function items(random: Random): readonly Record<string, unknown>[] {
  return Array.from({ length: random.integer(1, 3) }, () => ({
    product_id: `sku.${random.integer(1, 500)}`,
    quantity: random.integer(1, 9),
    unit_price: price(random),
  }));
}

/** The members with one replaced, or added at the end. */
export function withMember(members: readonly Member[], [key, value]: Member): readonly Member[] {
  const others = members.map((each): Member => (each[0] === key ? [key, value] : each));
  return others.some(([name]) => name === key) ? others : [...members, [key, value]];
}

export function withoutMember(members: readonly Member[], name: string): readonly Member[] {
  const key = JSON.stringify(name);
  return members.filter((each) => each[0] !== key);
}

/** The members with one more at any place. */
export function insertMember(members: readonly Member[], added: Member, random: Random): readonly Member[] {
  return members.toSpliced(random.integer(0, members.length), 0, added);
}

/** What stands after the opening brace, between key and value, and between members. */
type Style = readonly [open: string, colon: string, comma: string];

const COMPACT: Style = ['', ':', ','];
const STYLES: readonly [Style, ...Style[]] = [
  COMPACT,
  COMPACT,
  COMPACT,
  [' ', ': ', ', '],
  ['\t', ' :', '\t,'],
  ['', '\t:  ', ' ,'],
];

/** The object on one line: compact, or with a random draw also with white space that JSON allows. */
export function objectText(members: readonly Member[], random?: Random): string {
  return render(members, random === undefined ? COMPACT : random.pick(STYLES));
}

/** The object over several lines. */
export function prettyText(members: readonly Member[], lineBreak: '\n' | '\r\n'): string {
  return render(members, ['\n  ', ': ', ',\n  ']).replaceAll('\n', lineBreak);
}

function render(members: readonly Member[], [open, colon, comma]: Style): string {
  return `{${open}${members.map(([key, value]) => `${key}${colon}${value}`).join(comma)}}`;
}
