import type { EventType } from '../../../lambdas/domain/events/event-types.ts';
import type { Random } from '../../../simulator/random.ts';
import {
  insertMember,
  type Member,
  member,
  objectText,
  validMembers,
  withMember,
  withoutMember,
} from './event-text.ts';
import { type Draw, type Fate, type HostileRecord, single } from './hostile-record.ts';
import { NAUGHTY_TEXTS } from './naughty-texts.ts';

const ID = /^[A-Za-z0-9_.:-]{1,64}$/;

function spoilt(draw: Draw, type: EventType, [key, value]: Member, fate: Fate): HostileRecord {
  return single(objectText(withMember(validMembers(draw, type), [key, value]), draw.random), fate);
}

/** A text of the corpus, or random code units: surrogates and NUL among them. */
function anyText(random: Random): string {
  if (random.chance(0.6)) return random.pick(NAUGHTY_TEXTS);
  const highest = random.pick([0x7f, 0x7ff, 0xffff]);
  const units = Array.from({ length: random.integer(0, 40) }, () => random.integer(0, highest));
  return String.fromCharCode(...units);
}

/** As JSON.stringify writes it, or with every character beyond ASCII escaped. */
function quoted(text: string, random: Random): string {
  const json = JSON.stringify(text);
  if (random.chance(0.7)) return json;
  return json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function isGoodText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** Any text where any text may stand. */
export function freeText(draw: Draw): HostileRecord {
  const { random } = draw;
  const text = anyText(random);
  const fate = isGoodText(text) ? 'accepted' : 'bad_text';
  const value = quoted(text, random);
  if (random.chance(0.5)) return spoilt(draw, 'search', ['"search_term"', value], fate);
  const path = quoted(`/${text}`, random);
  if (random.chance(0.5)) return spoilt(draw, 'page_view', ['"page_path"', path], fate);
  return single(objectText(insertMember(validMembers(draw), ['"note"', value], random)), fate);
}

/** A text where an id belongs: it becomes part of keys, so only a few characters may stand there. */
export function textAsId(draw: Draw): HostileRecord {
  const { random } = draw;
  const name = random.pick(['anonymous_id', 'session_id', 'user_id', 'campaign_id']);
  const text = random.pick([...NAUGHTY_TEXTS, 'x'.repeat(65), 'x'.repeat(64), 'a b', 'ü', "o'1"] as [
    string,
    ...string[],
  ]);
  return spoilt(draw, 'page_view', member(name, text), ID.test(text) ? 'accepted' : 'invalid_field');
}

const BAD_EVENT_IDS = [
  '',
  'x',
  '0190a1b2-0000-7000-8000-00000000000',
  '{0190a1b2-0000-7000-8000-000000000000}',
  '0190a1b2000070008000000000000000',
  '0190a1b2-0000-7000-8000-00000000000g',
  "' or 1=1 --",
  7,
  null,
  {},
  [],
] as const;

export function badEventId(draw: Draw): HostileRecord {
  return spoilt(draw, 'sign_up', member('event_id', draw.random.pick(BAD_EVENT_IDS)), 'invalid_field');
}

const UNKNOWN_TYPES = [
  '',
  'Page_View',
  'page_view ',
  'wishlist',
  'constructor',
  '__proto__',
  'toString',
  'sign_up\u0007',
  "'; drop table stg_events",
] as const;

export function unknownType(draw: Draw): HostileRecord {
  return spoilt(draw, 'sign_up', member('event_type', draw.random.pick(UNKNOWN_TYPES)), 'unknown_type');
}

/** Versions, and the fate of an event that bears it. */
const VERSIONS: readonly [readonly [string, Fate], ...(readonly [string, Fate])[]] = [
  ['0', 'unknown_version'],
  ['2', 'unknown_version'],
  ['-1', 'unknown_version'],
  ['1e3', 'unknown_version'],
  ['9007199254740993', 'unknown_version'],
  ['1.0', 'accepted'],
  ['10e-1', 'accepted'],
  ['1.5', 'invalid_field'],
  ['"1"', 'invalid_field'],
  ['null', 'invalid_field'],
  ['true', 'invalid_field'],
  ['1e999', 'bad_number'],
];

export function version(draw: Draw): HostileRecord {
  const [value, fate] = draw.random.pick(VERSIONS);
  return spoilt(draw, 'sign_up', ['"schema_version"', value], fate);
}

/** Types that no field of ours has. */
const WRONG_VALUES = ['{}', '[]', 'true', '7', '{"$gt":""}', '["x"]', '{"toString":1}'] as const;

export function wrongType(draw: Draw): HostileRecord {
  const { random } = draw;
  const name = random.pick([
    'anonymous_id',
    'session_id',
    'event_time',
    'event_type',
    'country',
    'page_path',
    'channel',
  ]);
  return spoilt(draw, 'page_view', [JSON.stringify(name), random.pick(WRONG_VALUES)], 'invalid_field');
}

export function missingField(draw: Draw): HostileRecord {
  const { random } = draw;
  const name = random.pick([
    'event_id',
    'event_type',
    'event_time',
    'schema_version',
    'anonymous_id',
    'session_id',
    'page_path',
  ]);
  return single(objectText(withoutMember(validMembers(draw, 'page_view'), name), random), 'invalid_field');
}

/** Codes that are none, or are written in a way that joins would miss. */
export function badCode(draw: Draw): HostileRecord {
  const { random } = draw;
  const [name, value] = random.pick<readonly [string, string]>([
    ['currency', 'usd'],
    ['currency', 'XXX'],
    ['currency', 'EURO'],
    ['country', 'XX'],
    ['country', 'de'],
    ['country', 'DEU'],
    ['device', 'fridge'],
    ['channel', 'Email'],
  ]);
  return spoilt(draw, 'view_item', member(name, value), 'invalid_field');
}
