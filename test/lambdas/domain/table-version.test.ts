import { describe, expect, it } from 'vitest';
import {
  UNKNOWN_VERSION,
  versionAfter,
  versionText,
  wholeVersionText,
} from '../../../lambdas/domain/table-version.ts';

const JANUARY = '2026-01-01';
const FEBRUARY = '2026-02-01';

describe('the version of a table', () => {
  it('is unknown before a run has changed it', () => {
    expect(wholeVersionText(UNKNOWN_VERSION)).toBeNull();
    expect(versionText(UNKNOWN_VERSION, null)).toBeNull();
    expect(versionText(UNKNOWN_VERSION, [JANUARY])).toBeNull();
    expect(versionText(versionAfter(UNKNOWN_VERSION, 'r1', [JANUARY]), [JANUARY, FEBRUARY])).toBeNull();
  });

  it('changes for the partitions that a run changed, and for the whole', () => {
    const before = versionAfter(UNKNOWN_VERSION, 'r1', [JANUARY, FEBRUARY]);
    const after = versionAfter(before, 'r2', [FEBRUARY]);

    expect(versionText(after, [JANUARY])).toBe(versionText(before, [JANUARY]));
    expect(versionText(after, [FEBRUARY])).not.toBe(versionText(before, [FEBRUARY]));
    expect(versionText(after, [JANUARY, FEBRUARY])).not.toBe(versionText(before, [JANUARY, FEBRUARY]));
    expect(wholeVersionText(after)).not.toBe(wholeVersionText(before));
  });

  it('changes everywhere when a run does not tell where', () => {
    const before = versionAfter(UNKNOWN_VERSION, 'r1', [JANUARY]);

    for (const unknown of [null, [], [JANUARY, '']]) {
      expect(versionAfter(before, 'r2', unknown)).toEqual({ all: 'r2', partitions: {} });
    }
  });

  it('tells a period that lost a partition from what it was', () => {
    const version = versionAfter(UNKNOWN_VERSION, 'r1', [JANUARY, FEBRUARY]);

    expect(versionText(version, [JANUARY])).not.toBe(versionText(version, [JANUARY, FEBRUARY]));
    expect(versionText(version, [])).toBe('[]');
  });

  it('does not depend on the order in which partitions changed', () => {
    const one = versionAfter(versionAfter(UNKNOWN_VERSION, 'r1', [JANUARY]), 'r1', [FEBRUARY]);
    const other = versionAfter(versionAfter(UNKNOWN_VERSION, 'r1', [FEBRUARY]), 'r1', [JANUARY]);

    expect(wholeVersionText(one)).toBe(wholeVersionText(other));
  });
});
