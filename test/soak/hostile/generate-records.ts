import type { Random } from '../../../simulator/random.ts';
import { randomStream } from '../../../simulator/random.ts';
import { brokenLine, brokenLines, gluedEvents, severalEvents } from './aggregated.ts';
import { compressedBomb, cutCharacter, malformedText, noise, utf16 } from './broken-bytes.ts';
import {
  brackets,
  empty,
  nested,
  noNumber,
  notAnObject,
  quotedBrackets,
  slipped,
  truncated,
} from './broken-json.ts';
import { conflictWith, copyOf } from './copies.ts';
import {
  harmlessKey,
  miscasedField,
  oddKey,
  ownKey,
  prototypeKey,
  repeatedField,
  twinKeys,
} from './hostile-keys.ts';
import { keptNumber, numberTrap } from './hostile-numbers.ts';
import type { Family, HostileRecord } from './hostile-record.ts';
import { anySentTime, farTime, noTime, timeAtLimit } from './hostile-times.ts';
import {
  badCode,
  badEventId,
  freeText,
  missingField,
  textAsId,
  unknownType,
  version,
  wrongType,
} from './hostile-values.ts';
import { longArray, manyEscapes, manyKeys, manyLines, padded } from './oversized.ts';
import { RecentEvents } from './recent-events.ts';
import { validEvent } from './valid-events.ts';

/** A record with its place in the shard, and the family that it is of. */
export interface PlacedRecord extends HostileRecord {
  readonly family: string;
  readonly sequence: string;
  readonly arrivalTimeMs: number;
}

export const SHARD_ID = 'shardId-000000000000';
const FIRST_ARRIVAL_MS = Date.UTC(2026, 0, 31, 10, 15, 0, 123);
const MS_BETWEEN = 10;
/** One good neighbour after so many records. */
const NEIGHBOUR_EVERY = 10;
/** A megabyte costs as much as a thousand usual records. */
const HEAVY_CHANCE = 0.000_5;
const REMEMBERED_EVENTS = 500;

const FAMILIES: readonly [Family, ...Family[]] = [
  anySentTime,
  badCode,
  badEventId,
  brackets,
  brokenLine,
  brokenLines,
  conflictWith,
  copyOf,
  cutCharacter,
  empty,
  farTime,
  freeText,
  freeText,
  gluedEvents,
  harmlessKey,
  keptNumber,
  malformedText,
  miscasedField,
  missingField,
  nested,
  noNumber,
  noTime,
  noise,
  notAnObject,
  numberTrap,
  numberTrap,
  oddKey,
  ownKey,
  prototypeKey,
  quotedBrackets,
  repeatedField,
  severalEvents,
  slipped,
  textAsId,
  timeAtLimit,
  truncated,
  twinKeys,
  unknownType,
  utf16,
  version,
  wrongType,
];
const HEAVY_FAMILIES: readonly [Family, ...Family[]] = [
  compressedBomb,
  longArray,
  manyEscapes,
  manyKeys,
  manyLines,
  padded,
];

/** Endless records of one shard; equal seeds give equal records. */
export function* generateRecords(seed: number): Generator<PlacedRecord> {
  const random = randomStream(seed);
  const recent = new RecentEvents(REMEMBERED_EVENTS);
  let ids = 0;
  for (let place = 1; ; place += 1) {
    const sequence = String(place);
    const arrivalTimeMs = FIRST_ARRIVAL_MS + place * MS_BETWEEN;
    const family = place % NEIGHBOUR_EVERY === 0 ? validEvent : anyFamily(random);
    const record = family({
      random,
      arrivalTimeMs,
      recent,
      owner: `${SHARD_ID}#${sequence}`,
      nextId: () => {
        ids += 1;
        return `0190a1b2-0000-7000-8000-${String(ids).padStart(12, '0')}`;
      },
    });
    yield { ...record, family: family.name, sequence, arrivalTimeMs };
  }
}

function anyFamily(random: Random): Family {
  return random.pick(random.chance(HEAVY_CHANCE) ? HEAVY_FAMILIES : FAMILIES);
}
