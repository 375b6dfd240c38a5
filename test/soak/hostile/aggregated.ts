import { slipped, truncated } from './broken-json.ts';
import { objectText, validMembers } from './event-text.ts';
import { miscasedField, prototypeKey, twinKeys } from './hostile-keys.ts';
import { numberTrap } from './hostile-numbers.ts';
import {
  bytesOf,
  type Draw,
  type Expected,
  type Family,
  type HostileRecord,
  single,
} from './hostile-record.ts';
import { timeAtLimit } from './hostile-times.ts';
import { badEventId, freeText, unknownType } from './hostile-values.ts';

/** Families that make one line of JSON each. */
const LINES: readonly [Family, ...Family[]] = [
  goodLine,
  goodLine,
  goodLine,
  prototypeKey,
  twinKeys,
  miscasedField,
  numberTrap,
  timeAtLimit,
  badEventId,
  freeText,
  unknownType,
];

function goodLine(draw: Draw): HostileRecord {
  return single(objectText(validMembers(draw)), 'accepted');
}

/** Lines as several events: each by itself, whatever its neighbours are. */
function joined(draw: Draw, lines: readonly HostileRecord[]): HostileRecord {
  const { random } = draw;
  const lineBreak = bytesOf(random.pick(['\n', '\r\n', '\n\n', ' \n\t', '\n \n']));
  const pieces = lines.flatMap(({ data }, place) => (place === 0 ? [data] : [lineBreak, data]));
  const data = Buffer.concat(random.chance(0.5) ? pieces : [...pieces, lineBreak]);
  return { data, expected: lines.flatMap(({ expected }): readonly Expected[] => expected) };
}

export function severalEvents(draw: Draw): HostileRecord {
  const { random } = draw;
  const length = random.integer(2, 8);
  return joined(
    draw,
    Array.from({ length }, () => random.pick(LINES)(draw)),
  );
}

/** A line that is no JSON among lines that are. */
export function brokenLine(draw: Draw): HostileRecord {
  const { random } = draw;
  const lines = Array.from({ length: random.integer(1, 4) }, () => goodLine(draw));
  return joined(
    draw,
    lines.toSpliced(random.integer(0, lines.length), 0, notEmpty(truncated(draw), slipped(draw))),
  );
}

/** An empty line would be no item. */
function notEmpty(record: HostileRecord, other: HostileRecord): HostileRecord {
  return record.data.length > 0 ? record : other;
}

/** Lines of which none is JSON are one broken text, not many. */
export function brokenLines(draw: Draw): HostileRecord {
  const { random } = draw;
  const line = random.pick(['{"a":', '<html>', 'id,name,price', '{"event_id":"x",', 'x'.repeat(300)]);
  return single(Array.from({ length: random.integer(2, 30) }, () => line).join('\n'), 'not_json');
}

/** Two objects on one line are no NDJSON: engines would read only the first. */
export function gluedEvents(draw: Draw): HostileRecord {
  const glue = draw.random.pick(['', ' ', ',', '\t', '\r', '\u2028', '\u001e']);
  return single([goodLineText(draw), goodLineText(draw)].join(glue), 'not_json');
}

function goodLineText(draw: Draw): string {
  return objectText(validMembers(draw, 'sign_up'));
}
