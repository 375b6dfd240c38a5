import { describe, expect, it } from 'vitest';
import { describeProgress, formatSeconds, Reporter } from '../../../local/cli/progress.ts';

class Sink {
  text = '';
  readonly isTTY: boolean;
  readonly columns = 60;

  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }

  write(text: string): void {
    this.text += text;
  }
}

/** A clock that a test sets. */
class SetClock {
  timeMs = 0;

  nowMs(): number {
    return this.timeMs;
  }
}

describe('describeProgress', () => {
  const lines = { unit: 'lines', total: 1000 };

  it('gives count, rate and time left', () => {
    expect(describeProgress('Sending', lines, { done: 250, share: undefined, elapsedMs: 5000 })).toBe(
      'Sending: 250 of 1,000 lines, 50/s, 15 s left',
    );
    expect(describeProgress('Reading', { unit: 'lines' }, { done: 10, share: 0.5, elapsedMs: 2000 })).toBe(
      'Reading: 10 lines, 5/s, 2.0 s left',
    );
  });

  it('gives the time taken at the end, and no rate for a moment', () => {
    expect(describeProgress('Sending', lines, { done: 1000, share: undefined, elapsedMs: 90_000 })).toBe(
      'Sending: 1,000 lines, 11/s, 1 min 30 s',
    );
    expect(describeProgress('Sending', lines, { done: 3, share: undefined, elapsedMs: 10 })).toBe(
      'Sending: 3 of 1,000 lines',
    );
  });

  it('writes seconds as people do', () => {
    expect([0.04, 9.94, 12.4, 59.4, 125].map(formatSeconds)).toEqual([
      '0.0 s',
      '9.9 s',
      '12 s',
      '59 s',
      '2 min 05 s',
    ]);
  });
});

describe('Reporter', () => {
  it('redraws one line on a terminal, cut to its width', () => {
    const sink = new Sink(true);
    const clock = new SetClock();
    const step = new Reporter(sink, clock, { isQuiet: false }).step('Sending'.repeat(12), { unit: 'lines' });

    clock.timeMs = 100;
    step.update(1);
    clock.timeMs = 150;
    step.update(2);
    step.end('done');

    const drawn = sink.text.split('\r\u001b[2K');
    expect(drawn).toHaveLength(3);
    expect(drawn[1]).toHaveLength(59);
    expect(drawn[2]).toBe('done\n');
  });

  it('writes a plain line every ten seconds elsewhere', () => {
    const sink = new Sink(false);
    const clock = new SetClock();
    const step = new Reporter(sink, clock, { isQuiet: false }).step('Sending', { unit: 'lines' });

    for (clock.timeMs = 0; clock.timeMs <= 25_000; clock.timeMs += 1000) step.update(clock.timeMs);

    expect(sink.text.trimEnd().split('\n')).toHaveLength(2);
    expect(sink.text).not.toContain('\u001b');
  });

  it('keeps warnings when it is quiet', () => {
    const sink = new Sink(false);
    const reporter = new Reporter(sink, new SetClock(), { isQuiet: true });

    reporter.info('hello');
    reporter.step('Sending', { unit: 'lines' }).end();
    reporter.warn('disk');

    expect(sink.text).toBe('warning: disk\n');
  });
});
