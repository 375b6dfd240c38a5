export const FINDING_STATES = ['ok', 'warning', 'failure'] as const;
export type FindingState = (typeof FINDING_STATES)[number];

/** What a look at one thing showed. */
export interface Finding {
  readonly check: string;
  readonly state: FindingState;
  /** What was found and, unless it is fine, what to do. */
  readonly detail: string;
}

export function ok(check: string, detail: string): Finding {
  return { check, state: 'ok', detail };
}

export function warning(check: string, detail: string): Finding {
  return { check, state: 'warning', detail };
}

export function failure(check: string, detail: string): Finding {
  return { check, state: 'failure', detail };
}

/** A look that itself fails is a finding too. */
export async function examined(check: string, look: () => Promise<Finding>): Promise<Finding> {
  try {
    return await look();
  } catch (error) {
    return failure(check, error instanceof Error ? error.message : String(error));
  }
}
