import { insertMember, type Member, member, objectText, validMembers } from './event-text.ts';
import { type Draw, type HostileRecord, single } from './hostile-record.ts';

/** Deepest nesting that the contract allows, the event itself included. */
const MAX_DEPTH = 32;
const MANY_BRACKETS = 100_000;

/** A good event of ASCII characters cut off anywhere: no strict prefix of an object is JSON. */
export function truncated(draw: Draw): HostileRecord {
  const text = objectText(validMembers(draw, 'add_to_cart'));
  return single(text.slice(0, draw.random.integer(0, text.length - 1)), 'not_json');
}

/** Ways to miss JSON by a character or two. */
const SLIPS: readonly [(text: string) => string, ...((text: string) => string)[]] = [
  (text) => `${text}${text}`,
  (text) => `${text} ${text}`,
  (text) => `${text},`,
  (text) => `${text}]`,
  (text) => `${text}x`,
  (text) => `\ufeff${text}`,
  (text) => `\0${text}`,
  (text) => `\u00a0${text}`,
  (text) => `[${text}`,
  (text) => `(${text})`,
  (text) => `callback(${text});`,
  (text) => text.replace(/\}$/, ',}'),
  (text) => text.replace('{', '{,'),
  (text) => text.replaceAll('"', "'"),
  (text) => text.replace('"event_type"', 'event_type'),
  (text) => text.replace(':', '='),
  (text) => text.replace(':', ''),
  (text) => text.replace(',', ''),
  (text) => text.replace('{', '{/* why */'),
  (text) => text.replace('{', '{"a":"\u0001",'),
  (text) => text.replace('{', '{"a":"\t",'),
  (text) => text.replace('{', '{"a":"\\x41",'),
  (text) => text.replace('{', '{"a":"\\u00g0",'),
  (text) => text.replace('{', '{"a":"\\",'),
];

export function slipped(draw: Draw): HostileRecord {
  const { random } = draw;
  return single(random.pick(SLIPS)(objectText(validMembers(draw, 'sign_up'))), 'not_json');
}

/** What other languages call a number. */
const NO_NUMBERS = [
  'NaN',
  'Infinity',
  '-Infinity',
  '+1',
  '.5',
  '5.',
  '01',
  '-01',
  '0x10',
  '1_000',
  '1e',
  '--1',
  'undefined',
  '1n',
] as const;

export function noNumber(draw: Draw): HostileRecord {
  const { random } = draw;
  const added: Member = ['"note"', random.pick(NO_NUMBERS)];
  return single(objectText(insertMember(validMembers(draw), added, random)), 'not_json');
}

const NOT_OBJECTS = [
  'null',
  'true',
  'false',
  '0',
  '-1.5e3',
  '""',
  '"{}"',
  '[]',
  '[{}]',
  ' [ ] ',
  '[[[[]]]]',
] as const;

export function notAnObject(draw: Draw): HostileRecord {
  const { random } = draw;
  const text = random.chance(0.2) ? `[${objectText(validMembers(draw))}]` : random.pick(NOT_OBJECTS);
  return single(text, 'not_an_object');
}

const EMPTY = ['', ' ', '\t', '\r', '\n', '\n \r\n\t'] as const;

export function empty({ random }: Draw): HostileRecord {
  return single(random.pick(EMPTY), 'not_json');
}

/** Brackets without an event: too deep, or as deep as is allowed and then judged by what they are. */
export function brackets({ random }: Draw): HostileRecord {
  const depth = random.pick([
    1,
    2,
    MAX_DEPTH - 1,
    MAX_DEPTH,
    MAX_DEPTH + 1,
    MAX_DEPTH + 2,
    1_000,
    MANY_BRACKETS,
  ]);
  const opened = random.pick(['[', '{"a":']).repeat(depth);
  if (depth > MAX_DEPTH) return single(opened, 'too_deep');
  return random.chance(0.5)
    ? single(opened, 'not_json')
    : single(`${'['.repeat(depth)}${']'.repeat(depth)}`, 'not_an_object');
}

/** A good event with an unknown field that nests up to the limit, or one level beyond. */
export function nested(draw: Draw): HostileRecord {
  const { random } = draw;
  const depth = random.pick([MAX_DEPTH, MAX_DEPTH + 1]);
  const inner = depth - 1;
  const value = random.chance(0.5)
    ? `${'['.repeat(inner)}${']'.repeat(inner)}`
    : `${'{"a":'.repeat(inner)}1${'}'.repeat(inner)}`;
  const members = insertMember(validMembers(draw, 'sign_up'), ['"deep"', value], random);
  return single(objectText(members), depth > MAX_DEPTH ? 'too_deep' : 'accepted');
}

/** Brackets within a text nest nothing. */
export function quotedBrackets(draw: Draw): HostileRecord {
  const { random } = draw;
  const text = `${random.pick(['', '\\', '"', '\\"'])}${random.pick(['[', '{', '}]'])}`.repeat(60);
  const members = insertMember(validMembers(draw, 'sign_up'), member('note', text), random);
  return single(objectText(members), 'accepted');
}
