import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { ClaimRequest } from '../ports/claim-store.ts';
import { type Item, numberOf, textOf } from './dynamodb-items.ts';

/** The attribute that DynamoDB's time to live reads, epoch seconds; lib/ switches it on. */
export const CLAIM_TTL_ATTRIBUTE = 'expires_at';
export const CLAIM_KEY_ATTRIBUTE = 'event_id';

export interface Claim {
  readonly eventId: string;
  readonly owner: string;
  readonly digest: string;
  readonly expiresAtMs: number;
}

/** In the order of itemFromRequest, which PartiQL's parameters follow. */
export const CLAIM_ATTRIBUTES = ['event_id', 'owner', 'digest', 'expires_at_ms', 'expires_at'] as const;

/**
 * A claim as an item. DynamoDB deletes expired items late, up to two days, so the exact expiry stands beside the
 * whole seconds that it wants.
 */
export function itemFromRequest(
  request: ClaimRequest,
): Record<(typeof CLAIM_ATTRIBUTES)[number], AttributeValue> {
  return {
    event_id: { S: request.eventId },
    owner: { S: request.owner },
    digest: { S: request.digest },
    expires_at_ms: { N: String(request.expiresAtMs) },
    expires_at: { N: String(Math.ceil(request.expiresAtMs / 1000)) },
  };
}

export function claimFromItem(item: Item): Claim {
  return {
    eventId: textOf(item, 'event_id'),
    owner: textOf(item, 'owner'),
    digest: textOf(item, 'digest'),
    expiresAtMs: numberOf(item, 'expires_at_ms'),
  };
}
