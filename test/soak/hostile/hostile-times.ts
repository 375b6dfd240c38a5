import { localTimeText, type Member, member, objectText, validMembers, withMember } from './event-text.ts';
import { type Draw, type Fate, type HostileRecord, single } from './hostile-record.ts';

const US_PER_MS = 1_000;
const US_PER_HOUR = 3_600_000_000;
const US_PER_DAY = 86_400_000_000;
/** event_time may lie in [arrival - 400 d, arrival + 1 h]. */
const AHEAD_US = US_PER_HOUR;
const BEHIND_US = 400 * US_PER_DAY;

function at(draw: Draw, time: Member, fate: Fate): HostileRecord {
  return single(objectText(withMember(validMembers(draw, 'sign_up'), time), draw.random), fate);
}

/** Both sides of both limits, to the microsecond, in any zone. */
export function timeAtLimit(draw: Draw): HostileRecord {
  const { random } = draw;
  const [offsetUs, fate] = random.pick<readonly [number, Fate]>([
    [AHEAD_US, 'accepted'],
    [AHEAD_US + 1, 'clock_skew'],
    [AHEAD_US + US_PER_DAY, 'clock_skew'],
    [-BEHIND_US, 'accepted'],
    [-BEHIND_US - 1, 'clock_skew'],
    [-BEHIND_US - US_PER_HOUR, 'clock_skew'],
  ]);
  const timeUs = draw.arrivalTimeMs * US_PER_MS + offsetUs;
  const [zone, hours] = random.pick<readonly [string, number]>([
    ['Z', 0],
    ['z', 0],
    ['-00:00', 0],
    ['+14:00', 14],
    ['-12:00', -12],
    ['+01:00', 1],
  ]);
  return at(draw, member('event_time', `${localTimeText(timeUs + hours * US_PER_HOUR)}${zone}`), fate);
}

const FAR_TIMES = [
  '1970-01-01T00:00:00Z',
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00+14:00',
  '1969-12-31T23:59:59.999999Z',
  '2038-01-19T03:14:08Z',
  '9999-12-31T23:59:59.999999Z',
] as const;

export function farTime(draw: Draw): HostileRecord {
  return at(draw, member('event_time', draw.random.pick(FAR_TIMES)), 'clock_skew');
}

/** Texts that name no time, or name it in a way that engines read differently. */
const NO_TIMES = [
  '',
  'now',
  'yesterday',
  '2026-01-31',
  '2026-01-31T10:15:00',
  '2026-01-31 10:15:00Z',
  '2026-01-31T10:15Z',
  '2026-01-31T10:15:60Z',
  '2026-01-31T24:00:00Z',
  '2026-02-29T10:15:00Z',
  '2026-02-30T10:15:00Z',
  '2026-04-31T10:15:00Z',
  '2026-13-01T10:15:00Z',
  '2026-00-10T10:15:00Z',
  '2026-01-31T10:15:00.1234567Z',
  '2026-01-31T10:15:00.Z',
  '2026-01-31T10:15:00+14:01',
  '2026-01-31T10:15:00+15:00',
  '2026-01-31T10:15:00+0100',
  '+002026-01-31T10:15:00Z',
  '-2026-01-31T10:15:00Z',
  '20260131T101500Z',
  '1769854500',
  '２０２６-01-31T10:15:00Z',
  '2026-01-31T10:15:00Z\n',
  '2026-01-31T10:15:00Z; drop table stg_events',
] as const;

export function noTime(draw: Draw): HostileRecord {
  const { random } = draw;
  return at(draw, member(random.pick(['event_time', 'sent_time']), random.pick(NO_TIMES)), 'invalid_field');
}

/** sent_time is the producer's own affair: any time that exists will do. */
export function anySentTime(draw: Draw): HostileRecord {
  return at(draw, member('sent_time', draw.random.pick(FAR_TIMES)), 'accepted');
}
