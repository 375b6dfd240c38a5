import { expect, it } from 'vitest';
import { GroupCommit } from '../../local/group-commit.ts';

it('what is asked for in one turn is committed once, in order, each with its own answer', async () => {
  const commits: (readonly number[])[] = [];
  const group = new GroupCommit<number, string>((inputs) => {
    commits.push(inputs);
    return inputs.map((input) => `${input} done`);
  });

  const together = await Promise.all([group.submit(1), group.submit(2), group.submit(3)]);
  const later = await group.submit(4);

  expect(together).toEqual(['1 done', '2 done', '3 done']);
  expect(later).toBe('4 done');
  expect(commits).toEqual([[1, 2, 3], [4]]);
});

it('a commit that fails fails all that was asked for, and nothing after it', async () => {
  let commits = 0;
  const group = new GroupCommit<number, number>((inputs) => {
    commits += 1;
    if (commits === 1) throw new Error('the disk is full');
    return inputs;
  });

  const outcomes = await Promise.allSettled([group.submit(1), group.submit(2)]);

  expect(outcomes.map((outcome) => outcome.status)).toEqual(['rejected', 'rejected']);
  expect(await group.submit(3)).toBe(3);
});

it('an answer that is missing is an error, not a wait', async () => {
  const group = new GroupCommit<number, number>(() => []);

  await expect(group.submit(1)).rejects.toThrow('0 answers came for 1 calls');
});
