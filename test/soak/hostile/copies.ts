import type { Random } from '../../../simulator/random.ts';
import { insertMember, type Member, member, objectText, withMember } from './event-text.ts';
import { bytesOf, type Draw, type HostileRecord } from './hostile-record.ts';
import type { RememberedEvent } from './recent-events.ts';
import { validEvent } from './valid-events.ts';

type Change = (event: RememberedEvent, random: Random) => readonly Member[];

/** The same content, written in another way. */
const REWRITES: readonly [Change, ...Change[]] = [
  ({ members }) => members,
  ({ members }) => members.toReversed(),
  ({ members }) => withMember(members, ['"sent_time"', '"2026-01-31T11:00:00Z"']),
  ({ members, id }) => withMember(members, member('event_id', id.toUpperCase())),
  ({ members }) => withMember(members, ['"schema_version"', '1.0']),
  ({ members }) => members.map(([key, value]): Member => [key.replace('e', '\\u0065'), value]),
  ({ members }) => members.filter(([, value]) => value !== 'null'),
];

/** Other content under the same id. */
const FORGERIES: readonly [Change, ...Change[]] = [
  ({ members }, random) => insertMember(members, ['"forged"', 'true'], random),
  ({ members }, random) => insertMember(members, ['"forged"', 'null'], random),
  ({ members }) => withMember(members, ['"user_id"', '"somebody.else"']),
  ({ members }) =>
    members.map(
      ([key, value]): Member => [key, key === '"event_time"' ? value.replace('Z', '+00:00') : value],
    ),
];

/** An event that landed before, again. */
export function copyOf(draw: Draw): HostileRecord {
  return again(draw, REWRITES, 'duplicate');
}

/** Another event with the id of one that landed before. */
export function conflictWith(draw: Draw): HostileRecord {
  return again(draw, FORGERIES, 'id_conflict');
}

function again(
  draw: Draw,
  changes: readonly [Change, ...Change[]],
  fate: 'duplicate' | 'id_conflict',
): HostileRecord {
  const { random, recent } = draw;
  const event = recent.pick(random);
  if (event === null) return validEvent(draw);
  const body = bytesOf(objectText(random.pick(changes)(event, random), random));
  return { data: body, expected: [{ fate, body, owner: event.owner }] };
}
