import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { failureOf, InterruptedError } from '../../../local/cli/errors.ts';
import { Interrupt } from '../../../local/cli/interrupt.ts';

function listening() {
  const said: string[] = [];
  const log: string[] = [];
  const source = new EventEmitter();
  const interrupt = new Interrupt((text) => said.push(text));
  const stop = interrupt.listen(source, (code) => log.push(`exit ${code}`));
  return { said, log, source, interrupt, stop };
}

describe('Interrupt', () => {
  it('asks once, and the step in hand decides when it ends', () => {
    const { said, log, source, interrupt } = listening();
    interrupt.check();

    source.emit('SIGINT');

    expect(said).toHaveLength(1);
    expect(log).toEqual([]);
    expect(interrupt.signal.aborted).toBe(true);
    expect(() => interrupt.check()).toThrow(InterruptedError);
    expect(failureOf(new InterruptedError('x')).exitCode).toBe(130);
  });

  it('ends at once the second time, after the clean-ups that still hold', () => {
    const { log, source, interrupt } = listening();
    interrupt.onAbruptEnd(() => log.push('kept'));
    interrupt.onAbruptEnd(() => log.push('forgotten'))();

    source.emit('SIGTERM');
    source.emit('SIGINT');

    expect(log).toEqual(['kept', 'exit 130']);
  });

  it('ends at once where nothing is written, and hears nothing after it stopped listening', () => {
    const { log, source, interrupt, stop } = listening();
    interrupt.endAtOnce();

    source.emit('SIGINT');
    stop();
    source.emit('SIGINT');

    expect(log).toEqual(['exit 130']);
  });
});
