import { expect, it } from 'vitest';
import { parseWish } from '../../bench/wish.ts';

const KNOWN = ['simulate-events', 'consume-events'];

it('wants all benches of full size, and the files written, when nothing is said', () => {
  expect(parseWish([], KNOWN)).toEqual({ names: KNOWN, events: null, runs: null, isWritten: true });
});

it('wants what is named', () => {
  const args = ['--only', 'consume-events', '--runs', '7'];

  expect(parseWish(args, KNOWN)).toEqual({
    names: ['consume-events'],
    events: null,
    runs: 7,
    isWritten: true,
  });
});

it('leaves the files alone when the size is another, or when told so', () => {
  expect(parseWish(['--events', '1000'], KNOWN)).toMatchObject({ events: 1000, isWritten: false });
  expect(parseWish(['--no-write'], KNOWN).isWritten).toBe(false);
});

it.each([
  [['--only', 'nothing'], 'no bench is called nothing; allowed: simulate-events, consume-events'],
  [['--events', '0'], '--events is 0'],
  [['--events', '1e6'], '--events is 1e6'],
  [['--runs', 'many'], '--runs is many'],
  [['--quick'], '--quick'],
  [['consume-events'], 'consume-events'],
])('refuses %j', (args, message) => {
  expect(() => parseWish(args, KNOWN)).toThrow(message);
});
