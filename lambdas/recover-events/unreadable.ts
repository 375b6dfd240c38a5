import { MalformedLineError } from './landed-line.ts';
import { BrokenObjectError } from './landed-object.ts';

/** An object that a recovery had to leave, and why. */
export interface RemainingObject {
  readonly objectKey: string;
  readonly problem: string;
}

/** What is wrong with an object that cannot be read; throws every other error again. */
export function problemOf(error: unknown): string {
  if (error instanceof BrokenObjectError || error instanceof MalformedLineError) return error.message;
  throw error;
}
