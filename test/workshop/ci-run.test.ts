import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const CI = resolve(import.meta.dirname, '../../.ci');

/** Adds up suites given as shell commands; returns the exit code and the last line. */
function addUp(...suites: readonly string[]): {
  readonly code: number | null;
  readonly closing: string | undefined;
} {
  const { status, stdout } = spawnSync(join(CI, 'add-up'), suites, { encoding: 'utf8' });
  return { code: status, closing: stdout.trimEnd().split('\n').at(-1) };
}

describe.skipIf(process.platform === 'win32')('the closing line of .ci/run (needs bash)', () => {
  it('is that of the only suite', () => {
    expect(addUp("echo '3 passed, 0 failed'")).toEqual({ code: 0, closing: '3 passed, 0 failed' });
  });

  it('adds up all suites', () => {
    const answer = addUp(
      "echo '3 passed, 0 failed, 2 skipped'",
      "echo '40 passed, 0 failed'",
      "echo '8 passed, 0 failed'",
    );

    expect(answer).toEqual({ code: 0, closing: '51 passed, 0 failed, 2 skipped' });
  });

  it('fails when any test failed, and still runs what comes after it', () => {
    const answer = addUp("echo '3 passed, 1 failed'; exit 1", "echo '4 passed, 0 failed'");

    expect(answer).toEqual({ code: 1, closing: '7 passed, 1 failed' });
  });

  it('counts a suite without a closing line as one failure', () => {
    expect(addUp("echo 'all good'", "echo '4 passed, 0 failed'")).toEqual({
      code: 1,
      closing: '4 passed, 1 failed',
    });
  });

  it('counts a suite that exits non-zero without a failed test as one failure', () => {
    expect(addUp("echo '3 passed, 0 failed'; exit 1")).toEqual({ code: 1, closing: '3 passed, 1 failed' });
  });

  it('takes the last of several closing lines of one suite', () => {
    expect(addUp("echo '3 passed, 0 failed'; echo '5 passed, 0 failed'")).toEqual({
      code: 0,
      closing: '5 passed, 0 failed',
    });
  });

  it('takes no line that only resembles one', () => {
    expect(addUp("echo ' Tests 3 passed, 0 failed'")).toEqual({ code: 1, closing: '0 passed, 1 failed' });
  });

  it('is printed by scripts that can be executed', () => {
    expect(() => accessSync(join(CI, 'run'), constants.X_OK)).not.toThrow();
  });
});
