import type { Random } from '../../../simulator/random.ts';
import { insertMember, type Member, member, objectText, validMembers, withoutMember } from './event-text.ts';
import type { Draw, Fate, HostileRecord } from './hostile-record.ts';
import { single } from './hostile-record.ts';
import { NAUGHTY_TEXTS } from './naughty-texts.ts';

/** Key texts, with their quotes, that name the way to a prototype. */
const PROTOTYPE_KEYS = [
  '"__proto__"',
  '"constructor"',
  '"prototype"',
  '"\\u005f_proto__"',
  '"__pr\\u006fto__"',
  '"c\\u006fnstructor"',
] as const;
const POLLUTION = ['{"polluted":true}', '{"prototypes":{"polluted":true}}', 'null', '"x"', '[]'] as const;
/** Names of our own columns, and any other that begins as they do. */
const OWN_KEYS = [
  '"_arrival_time"',
  '"_shard_id"',
  '"_owner"',
  '"_"',
  '"\\u005fid"',
  '"_x"',
  '"__defineGetter__"',
] as const;
/** Members of every object in JavaScript, and near misses: names like any other. */
const HARMLESS_KEYS = [
  '"toString"',
  '"hasOwnProperty"',
  '"valueOf"',
  '"proto"',
  '"Constructor"',
  '"then"',
  '"length"',
  '"$path"',
] as const;

/** `{"a":[{...}]}` around a member, to stand at any depth. */
function buried(added: Member, random: Random): Member {
  let value = objectText([added]);
  for (let level = random.integer(0, 8); level > 0; level -= 1)
    value = random.chance(0.5) ? `[0,${value}]` : `{"a":1,"b":${value}}`;
  return ['"deep"', value];
}

function eventWith(draw: Draw, added: Member, fate: Fate): HostileRecord {
  return single(objectText(insertMember(validMembers(draw), added, draw.random), draw.random), fate);
}

export function prototypeKey(draw: Draw): HostileRecord {
  const { random } = draw;
  const added: Member = [random.pick(PROTOTYPE_KEYS), random.pick(POLLUTION)];
  return eventWith(draw, random.chance(0.5) ? added : buried(added, random), 'reserved_field');
}

/** Reserved at the top only: within an object of the producer they are the producer's. */
export function ownKey(draw: Draw): HostileRecord {
  const { random } = draw;
  const added: Member = [random.pick(OWN_KEYS), '"forged"'];
  const isTop = random.chance(0.6);
  return eventWith(draw, isTop ? added : buried(added, random), isTop ? 'reserved_field' : 'accepted');
}

export function harmlessKey(draw: Draw): HostileRecord {
  const { random } = draw;
  const added: Member = [random.pick(HARMLESS_KEYS), random.pick(POLLUTION)];
  return eventWith(draw, random.chance(0.5) ? added : buried(added, random), 'accepted');
}

type Twins = readonly [left: string, right: string];
/** Pairs of keys that some JSON engine takes for one. */
const TWINS: readonly [Twins, ...Twins[]] = [
  ['"note"', '"note"'],
  ['"note"', '"Note"'],
  ['"note"', '"n\\u006fte"'],
  ['"note"', '"NOT\\u0045"'],
  ['"k"', '"\\u212a"'],
  ['"straße"', '"STRASSE"'],
  ['"\\u0131d"', '"id"'],
  ['""', '""'],
];

export function twinKeys(draw: Draw): HostileRecord {
  const { random } = draw;
  const [left, right] = random.pick(TWINS);
  if (random.chance(0.5)) {
    const object = objectText(
      [
        [left, '1'],
        ['"between"', '{"note":1,"k":2}'],
        [right, '2'],
      ],
      random,
    );
    return eventWith(draw, buried(['"twins"', object], random), 'duplicate_key');
  }
  const members = insertMember(validMembers(draw), [left, '1'], random);
  return single(objectText([...members, [right, '1']], random), 'duplicate_key');
}

/** A field of the event itself twice, the second time perhaps with another value or in another case. */
export function repeatedField(draw: Draw): HostileRecord {
  const { random } = draw;
  const members = validMembers(draw);
  const [key, value] = members[random.integer(0, members.length - 1)] ?? member('event_type', 'sign_up');
  const again = random.pick([key, key.toUpperCase(), key.replace('_', '\\u005f')]);
  return single(
    objectText([...members, [again, random.pick([value, 'null', '"x"'])]], random),
    'duplicate_key',
  );
}

/** A field of the contract in a case that only some engines read as the field. */
export function miscasedField(draw: Draw): HostileRecord {
  const { random } = draw;
  const name = random.pick(['session_id', 'event_time', 'schema_version']);
  const members = withoutMember(validMembers(draw, 'sign_up'), name);
  const key = random.pick([name.toUpperCase(), name.replace(/^./, (first) => first.toUpperCase())]);
  return single(objectText([...members, member(key, 'x')], random), 'invalid_field');
}

/** A name that is no word; what it names is unknown, so it is kept. */
export function oddKey(draw: Draw): HostileRecord {
  const { random } = draw;
  const name = `odd ${random.pick(NAUGHTY_TEXTS)}`;
  return eventWith(draw, member(name, 1), 'accepted');
}
