import type { FileProblem } from './file-report.ts';

/** A file that cannot be taken in as it is; nothing of it counts. The message is one line: what, and what to do. */
export class RefusedFileError extends Error {
  override readonly name = 'RefusedFileError';
  readonly problem: FileProblem;

  constructor(problem: FileProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}
