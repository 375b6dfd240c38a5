import { expect, test } from 'vitest';
import { readableKey, type SetAside } from '../../../lambdas/domain/set-aside.ts';

function notes(...pairs: readonly (readonly [string, string | null])[]): ReadonlyMap<string, SetAside> {
  return new Map(
    pairs.map(([objectKey, replacementKey]) => [
      objectKey,
      { objectKey, ledgerId: 'l', detail: 'missing', replacementKey },
    ]),
  );
}

test('an object that nobody set aside is read itself', () => {
  expect(readableKey('a', notes(['b', null]))).toBe('a');
});

test('an object that was set aside is read nowhere until it has a replacement', () => {
  expect(readableKey('a', notes(['a', null]))).toBeNull();
  expect(readableKey('a', notes(['a', 'a_r1']))).toBe('a_r1');
});

test('a replacement can be set aside and replaced in its turn', () => {
  expect(readableKey('a', notes(['a', 'a_r1'], ['a_r1', null]))).toBeNull();
  expect(readableKey('a', notes(['a', 'a_r1'], ['a_r1', 'a_r2']))).toBe('a_r2');
});

test('an object that is whole again replaces itself', () => {
  expect(readableKey('a', notes(['a', 'a']))).toBe('a');
});

test('replacements that name each other hold nothing', () => {
  expect(readableKey('a', notes(['a', 'b'], ['b', 'a']))).toBeNull();
});
