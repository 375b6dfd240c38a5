import { type DynamoDBClient, GetItemCommand, type UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../ports/clock.ts';
import type { Lease, LeaseAnswer, LeaseStore } from '../ports/lease-store.ts';
import { updateIf } from './conditional-update.ts';
import { type Item, numberOf, textOf } from './dynamodb-items.ts';
import { attributesOf } from './ledger-items.ts';

/** Each round is lost to another holder who wrote in between; five in a row do not happen in peace. */
const ROUNDS = 5;

/**
 * Leases in the ledger's table. The item of a lease that was given back stays, without its holder, so that its fence
 * goes on rising. Taking it is conditional on the fence and the expiry that were read: of two who take over at once one
 * wins, and so does a holder who renews at that moment.
 */
export class DynamoDbLeaseStore implements LeaseStore {
  readonly #client: DynamoDBClient;
  readonly #tableName: string;
  readonly #clock: Clock;

  constructor(options: { client: DynamoDBClient; tableName: string; clock: Clock }) {
    this.#client = options.client;
    this.#tableName = options.tableName;
    this.#clock = options.clock;
  }

  async acquire(name: string, holder: string, ttlMs: number): Promise<LeaseAnswer> {
    for (let round = 0; round < ROUNDS; round += 1) {
      const nowMs = this.#clock.nowMs();
      const item = await this.#read(name);
      const current = item === null ? null : storedLease(name, item);
      if (current !== null && current.holder !== holder && current.expiresAtMs > nowMs) {
        return { kind: 'held', lease: current };
      }
      const stored = item === null ? null : storedTerm(item);
      const fence = current?.holder === holder ? current.fence : (stored?.fence ?? 0) + 1;
      const lease = { name, holder, fence, expiresAtMs: nowMs + ttlMs };
      if (await this.#take(lease, stored)) return { kind: 'acquired', lease };
    }
    throw new Error(`Lease ${name} changed hands ${ROUNDS} times while ${holder} asked for it; try again`);
  }

  async renew(lease: Lease, ttlMs: number): Promise<boolean> {
    return this.#updateHeld(lease, {
      UpdateExpression: 'SET expires_at_ms = :expires',
      ExpressionAttributeValues: { ':expires': { N: String(this.#clock.nowMs() + ttlMs) } },
    });
  }

  async release(lease: Lease): Promise<void> {
    await this.#updateHeld(lease, { UpdateExpression: 'REMOVE holder' });
  }

  async #read(name: string): Promise<Item | null> {
    const key = attributesOf({ kind: 'lease', id: name });
    const answer = await this.#client.send(
      new GetItemCommand({ TableName: this.#tableName, Key: key, ConsistentRead: true }),
    );
    return answer.Item ?? null;
  }

  /** Writes the lease only while what is stored is still what was read (null: no item yet). */
  async #take(lease: Lease, read: Term | null): Promise<boolean> {
    return updateIf(this.#client, {
      TableName: this.#tableName,
      Key: attributesOf({ kind: 'lease', id: lease.name }),
      UpdateExpression: 'SET holder = :holder, fence = :fence, expires_at_ms = :expires',
      ConditionExpression:
        read === null ? 'attribute_not_exists(id)' : 'fence = :read_fence AND expires_at_ms = :read_expires',
      ExpressionAttributeValues: {
        ':holder': { S: lease.holder },
        ':fence': { N: String(lease.fence) },
        ':expires': { N: String(lease.expiresAtMs) },
        ...(read === null
          ? {}
          : { ':read_fence': { N: String(read.fence) }, ':read_expires': { N: String(read.expiresAtMs) } }),
      },
    });
  }

  async #updateHeld(
    lease: Lease,
    update: Pick<UpdateItemCommandInput, 'UpdateExpression' | 'ExpressionAttributeValues'>,
  ): Promise<boolean> {
    return updateIf(this.#client, {
      TableName: this.#tableName,
      Key: attributesOf({ kind: 'lease', id: lease.name }),
      UpdateExpression: update.UpdateExpression,
      ConditionExpression: 'holder = :holder AND fence = :fence',
      ExpressionAttributeValues: {
        ...update.ExpressionAttributeValues,
        ':holder': { S: lease.holder },
        ':fence': { N: String(lease.fence) },
      },
    });
  }
}

type Term = Pick<Lease, 'fence' | 'expiresAtMs'>;

function storedTerm(item: Item): Term {
  return { fence: numberOf(item, 'fence'), expiresAtMs: numberOf(item, 'expires_at_ms') };
}

/** Null when it was given back. */
function storedLease(name: string, item: Item): Lease | null {
  if (item.holder === undefined) return null;
  return { name, holder: textOf(item, 'holder'), ...storedTerm(item) };
}
