import type { BatchOutcome } from '../../../lambdas/consume-events/consume-batch.ts';
import type { ClaimAnswer, ClaimRequest } from '../../../lambdas/ports/claim-store.ts';
import type { BatchResponse } from '../../../local/event-source-mapping/invocation-outcome.ts';
import type { Process } from './effects.ts';
import type { Ports } from './ports.ts';
import type { StagerRules } from './stager.ts';
import { totalOrder } from './staging.ts';
import { Claims, Objects } from './stores.ts';

/** How the world is put together: where planted bugs go in, and nowhere else. */
export interface Composition {
  readonly newClaims: () => Claims;
  readonly newObjects: () => Objects;
  /** What stands between the consumer and the stores. */
  readonly ports: (ports: Ports, process: Process, nowMs: () => number) => Ports;
  /** What the handler answers to the mapping. */
  readonly response: (outcome: BatchOutcome) => BatchResponse;
  readonly stager: StagerRules;
}

export const SOUND: Composition = {
  newClaims: () => new Claims(),
  newObjects: () => new Objects(),
  ports: (ports) => ports,
  response: ({ firstUndone }) => ({
    batchItemFailures: firstUndone === null ? [] : [{ itemIdentifier: firstUndone }],
  }),
  stager: { order: totalOrder, isWatermarkFirst: false },
};

export type ClaimRule = (claims: Claims, request: ClaimRequest) => ClaimAnswer;
