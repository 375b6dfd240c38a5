import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Clock } from '../ports/clock.ts';
import type { Lease, LeaseAnswer, LeaseStore } from '../ports/lease-store.ts';
import { numberOf, textOf } from './dynamodb-items.ts';
import { attributesOf } from './ledger-items.ts';

/** Each round is lost to another holder who wrote in between; three in a row do not happen in peace. */
const ROUNDS = 5;

/**
 * Leases in the ledger's table. The item outlives its holder (a released lease is an expired one), so that the fence
 * rises for ever. Each write is conditional on the fence that was read: of two who take over at once, one wins.
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
      const stored = await this.#read(name);
      const isOurs = stored !== null && stored.holder === holder && stored.expiresAtMs > nowMs;
      if (stored !== null && !isOurs && stored.expiresAtMs > nowMs) return { kind: 'held', lease: stored };
      const fence = isOurs ? stored.fence : (stored?.fence ?? 0) + 1;
      const lease = { name, holder, fence, expiresAtMs: nowMs + ttlMs };
      if (await this.#write(lease, stored?.fence ?? null)) return { kind: 'acquired', lease };
    }
    throw new Error(`Lease ${name} changed hands ${ROUNDS} times while ${holder} asked for it; try again`);
  }

  async renew(lease: Lease, ttlMs: number): Promise<boolean> {
    return this.#write({ ...lease, expiresAtMs: this.#clock.nowMs() + ttlMs }, lease.fence);
  }

  async release(lease: Lease): Promise<void> {
    await this.#write({ ...lease, expiresAtMs: 0 }, lease.fence);
  }

  async #read(name: string): Promise<Lease | null> {
    const answer = await this.#client.send(
      new GetItemCommand({
        TableName: this.#tableName,
        Key: attributesOf({ kind: 'lease', id: name }),
        ConsistentRead: true,
      }),
    );
    if (answer.Item === undefined) return null;
    return {
      name,
      holder: textOf(answer.Item, 'holder'),
      fence: numberOf(answer.Item, 'fence'),
      expiresAtMs: numberOf(answer.Item, 'expires_at_ms'),
    };
  }

  /** Writes the lease only while the stored fence is still the expected one (null: no item yet). */
  async #write(lease: Lease, expectedFence: number | null): Promise<boolean> {
    const input: UpdateItemCommandInput = {
      TableName: this.#tableName,
      Key: attributesOf({ kind: 'lease', id: lease.name }),
      UpdateExpression: 'SET holder = :holder, fence = :fence, expires_at_ms = :expires',
      ConditionExpression: expectedFence === null ? 'attribute_not_exists(id)' : 'fence = :expected',
      ExpressionAttributeValues: {
        ':holder': { S: lease.holder },
        ':fence': { N: String(lease.fence) },
        ':expires': { N: String(lease.expiresAtMs) },
        ...(expectedFence === null ? {} : { ':expected': { N: String(expectedFence) } }),
      },
    };
    try {
      await this.#client.send(new UpdateItemCommand(input));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}
