import { expect, it } from 'vitest';
import { type Admission, parseAdmissions, withAdmission } from '../../../lambdas/domain/admission.ts';

const FIRST: Admission = {
  runId: 'run-1',
  fromDate: '2026-03-01',
  toDate: '2026-03-07',
  arrivedUntil: '2026-03-20T10:00:00.000000Z',
};

it('one that an earlier one covers adds nothing: of the same range again, or within it', () => {
  for (const again of [
    { ...FIRST, runId: 'run-2' },
    { ...FIRST, runId: 'run-2', fromDate: '2026-03-02', toDate: '2026-03-02' },
    { ...FIRST, arrivedUntil: '2026-03-19T00:00:00.000000Z' },
  ]) {
    expect(withAdmission([FIRST], again)).toEqual([FIRST]);
  }
});

it('one that reaches further in any way is added', () => {
  for (const further of [
    { ...FIRST, fromDate: '2026-02-28' },
    { ...FIRST, toDate: '2026-03-08' },
    { ...FIRST, arrivedUntil: '2026-03-20T10:00:00.000001Z' },
  ]) {
    expect(withAdmission([FIRST], further)).toEqual([FIRST, further]);
  }
});

it('what was written is read again, and nothing else', () => {
  expect(parseAdmissions(null)).toEqual([]);
  expect(parseAdmissions(JSON.stringify([FIRST]))).toEqual([FIRST]);
  expect(() => parseAdmissions('[{"runId":"run-1"}]')).toThrow();
});
