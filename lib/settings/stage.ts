export const STAGES = ['dev', 'prod'] as const;
export type Stage = (typeof STAGES)[number];

/** The command line or the context names no stage that has settings. */
export class UnknownStageError extends Error {
  override readonly name = 'UnknownStageError';

  constructor(given: unknown) {
    const what = given === undefined ? 'No stage is given' : `Unknown stage ${JSON.stringify(given)}`;
    super(`${what}; allowed: ${STAGES.join(', ')}. Say for example: npm run deploy -- --stage dev`);
  }
}

/** Throws UnknownStageError. */
export function parseStage(given: unknown): Stage {
  const stage = STAGES.find((known) => known === given);
  if (stage === undefined) throw new UnknownStageError(given);
  return stage;
}
