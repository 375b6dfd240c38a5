import type { ProgressStep } from '../progress.ts';
import type { Input } from './inputs.ts';
import type { OnRead } from './outgoing.ts';

/** Shows lines read; the bytes read of all inputs tell the time left, unless one is a pipe. */
export function readProgress(step: ProgressStep, inputs: readonly Input[]): OnRead {
  const totalBytes = inputs.reduce((sum, input) => sum + (input.sizeBytes ?? Number.NaN), 0);
  return (input, readBytes, tally) => {
    const before = inputs.slice(0, inputs.indexOf(input));
    const doneBytes = before.reduce((sum, each) => sum + (each.sizeBytes ?? 0), readBytes);
    const share = Number.isNaN(totalBytes) ? undefined : Math.min(0.999, doneBytes / totalBytes);
    step.update(tally.lines, share);
  };
}
