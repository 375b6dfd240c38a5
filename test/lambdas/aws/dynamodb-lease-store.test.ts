import { afterEach, beforeEach, expect, it } from 'vitest';
import { DynamoDbLeaseStore } from '../../../lambdas/aws/dynamodb-lease-store.ts';
import { ManualClock } from '../../fakes/clock.ts';
import { openLoopbackDynamoDb } from './loopback-client.ts';
import type { LoopbackDynamoDb } from './loopback-dynamodb.ts';

let dynamoDb: LoopbackDynamoDb;
let close: () => Promise<void>;
let clock: ManualClock;
let store: DynamoDbLeaseStore;

beforeEach(async () => {
  const opened = await openLoopbackDynamoDb('ledger', ['kind', 'id']);
  ({ dynamoDb, close } = opened);
  clock = new ManualClock(1_000);
  store = new DynamoDbLeaseStore({ client: opened.client, tableName: 'ledger', clock });
});

afterEach(() => close());

/** Lets a rival write the item after it was read and before it is written, `times` times. */
function rival(times: number): void {
  let left = times;
  dynamoDb.fault = (operation) => {
    if (operation !== 'UpdateItem' || left === 0) return null;
    left -= 1;
    const stored = dynamoDb.items('ledger')[0];
    dynamoDb.perform('PutItem', {
      TableName: 'ledger',
      Item: {
        kind: { S: 'lease' },
        id: { S: 'lake' },
        holder: { S: 'rival' },
        fence: { N: String(Number(stored?.fence?.N ?? 0) + 1) },
        expires_at_ms: { N: times === 1 ? '99000' : '0' },
      },
    });
    return null;
  };
}

it('fault 37: whoever is overtaken while it takes an expired lease is told who has it', async () => {
  await store.acquire('lake', 'old', 500);
  clock.advance(1_000);
  rival(1);

  expect(await store.acquire('lake', 'slow', 500)).toMatchObject({
    kind: 'held',
    lease: { holder: 'rival', fence: 2 },
  });
});

it('a lease that changes hands at every try is an error that says so', async () => {
  rival(9);

  await expect(store.acquire('lake', 'slow', 500)).rejects.toThrow(/lake changed hands 5 times/);
});

it('fault 37: a stalled holder that renews while another takes over keeps the lease', async () => {
  const { lease } = await store.acquire('lake', 'stalled', 500);
  clock.advance(1_000);
  let isRenewed: boolean | null = null;
  dynamoDb.fault = (operation) => {
    if (operation !== 'UpdateItem' || isRenewed !== null) return null;
    isRenewed = true;
    const stored = dynamoDb.items('ledger')[0] ?? {};
    dynamoDb.perform('PutItem', {
      TableName: 'ledger',
      Item: { ...stored, expires_at_ms: { N: String(clock.nowMs() + 500) } },
    });
    return null;
  };

  expect(await store.acquire('lake', 'slow', 500)).toMatchObject({
    kind: 'held',
    lease: { holder: 'stalled', fence: lease.fence },
  });
});
