import { describe, expect, it } from 'vitest';
import type { SetAside } from '../../../lambdas/domain/set-aside.ts';
import {
  objectPatterns,
  readableObjects,
  setAsideState,
  setAsideStateOf,
} from '../../../lambdas/run-lake/readable-objects.ts';
import { ledgerRow } from '../../contract/ledger-store-contract.ts';

const HOURS = ['10', '11'].map((hour) => `raw/events/ingest_date=2026-01-31/ingest_hour=${hour}`);
const [TEN = '', ELEVEN = ''] = HOURS;

function rowOf(...keys: readonly string[]) {
  const [object = expect.unreachable()] = ledgerRow('l').objects;
  return { ...ledgerRow('l', { objects: keys.map((key) => ({ ...object, key })) }), stagedBy: null };
}

function notes(...pairs: readonly (readonly [string, string | null])[]): ReadonlyMap<string, SetAside> {
  return new Map(
    pairs.map(([objectKey, replacementKey]) => [
      objectKey,
      { objectKey, ledgerId: 'l', detail: 'missing', replacementKey },
    ]),
  );
}

const ROW = rowOf(`${TEN}/a.ndjson.gz`, `${TEN}/b.ndjson.zst`, `${ELEVEN}/c.ndjson.gz`);

function patterns(...pairs: readonly (readonly [string, string | null])[]): readonly string[] {
  return objectPatterns('raw/events/', readableObjects(ROW, notes(...pairs)));
}

describe('the patterns of a raw zone', () => {
  it('are one when every object can be read, and none when there is no object', () => {
    expect(patterns()).toEqual(['raw/events/**/*.ndjson.*']);
    expect(objectPatterns('quarantine/events/', readableObjects(ROW, notes()))).toEqual([]);
    expect(objectPatterns('raw/events/', [])).toEqual([]);
  });

  it('fault 35: name the objects beside a broken one, and fold the other folders', () => {
    expect(patterns([`${TEN}/a.ndjson.gz`, null])).toEqual([`${TEN}/b.ndjson.zst`, `${ELEVEN}/*.ndjson.*`]);
  });

  it('fault 35: name a replacement in the place of its object', () => {
    expect(patterns([`${TEN}/a.ndjson.gz`, `${TEN}/a_r1.ndjson.gz`])).toEqual([
      `${TEN}/a_r1.ndjson.gz`,
      `${TEN}/b.ndjson.zst`,
      `${ELEVEN}/*.ndjson.*`,
    ]);
  });

  it('fault 35: leave out a folder in which nothing can be read', () => {
    expect(patterns([`${ELEVEN}/c.ndjson.gz`, null])).toEqual([`${TEN}/*.ndjson.*`]);
    expect(
      patterns([`${TEN}/a.ndjson.gz`, null], [`${TEN}/b.ndjson.zst`, null], [`${ELEVEN}/c.ndjson.gz`, null]),
    ).toEqual([]);
  });
});

describe('the state of what is set aside', () => {
  it('is empty while nothing is, also when an object is whole again', () => {
    expect(setAsideStateOf([ROW], notes())).toBe('');
    expect(setAsideStateOf([ROW], notes([`${TEN}/a.ndjson.gz`, `${TEN}/a.ndjson.gz`]))).toBe('');
  });

  it('changes with each object and replacement, and not with the order or with objects of no row', () => {
    const aside = setAsideStateOf([ROW], notes([`${TEN}/a.ndjson.gz`, null], ['elsewhere', null]));

    expect(aside).toBe(setAsideState([{ key: `${TEN}/a.ndjson.gz`, replacementKey: null }]));
    expect(aside).not.toBe(setAsideStateOf([ROW], notes([`${TEN}/a.ndjson.gz`, 'r'])));
    const two = [
      { key: 'a', replacementKey: null },
      { key: 'b', replacementKey: 'c' },
    ];
    expect(setAsideState(two)).toBe(setAsideState([...two].reverse()));
  });
});
