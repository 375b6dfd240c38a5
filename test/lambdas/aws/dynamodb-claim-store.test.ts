import { afterEach, beforeEach, expect, it } from 'vitest';
import { DynamoDbClaimStore } from '../../../lambdas/aws/dynamodb-claim-store.ts';
import type { ClaimRequest } from '../../../lambdas/ports/claim-store.ts';
import { InstantTimers, instantBackoff } from './instant-backoff.ts';
import { openLoopbackDynamoDb } from './loopback-client.ts';
import { error, json, type LoopbackDynamoDb } from './loopback-dynamodb.ts';

let dynamoDb: LoopbackDynamoDb;
let close: () => Promise<void>;
let timers: InstantTimers;
let store: DynamoDbClaimStore;

beforeEach(async () => {
  const opened = await openLoopbackDynamoDb('claims', ['event_id']);
  ({ dynamoDb, close } = opened);
  timers = new InstantTimers();
  store = new DynamoDbClaimStore({
    client: opened.client,
    tableName: 'claims',
    backoff: instantBackoff(timers),
  });
});

afterEach(() => close());

function requests(count: number, owner = 'shard#1'): readonly ClaimRequest[] {
  return Array.from({ length: count }, (_, index) => ({
    eventId: `id-${index}`,
    owner,
    digest: 'd',
    arrivalTimeMs: 1_000,
    expiresAtMs: 2_500,
  }));
}

function kinds(answers: readonly { readonly kind: string }[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { kind } of answers) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** Answers a batch as DynamoDB does that throttles each statement for which `isThrottled` says so. */
function throttle(isThrottled: (id: string) => boolean): void {
  dynamoDb.fault = (operation, body) => {
    if (operation !== 'BatchExecuteStatement') return null;
    const all = body.Statements ?? [];
    const throttled = all.map((each) => isThrottled(each.Parameters[0]?.S ?? ''));
    if (!throttled.includes(true)) return null;
    const passed = all.filter((_, index) => throttled[index] !== true);
    dynamoDb.perform('BatchExecuteStatement', { Statements: passed });
    const refusal = { Error: { Code: 'ThrottlingError', Message: 'slow down' } };
    return json({ Responses: throttled.map((isSlow) => (isSlow ? refusal : { TableName: 'claims' })) });
  };
}

it('claims 25 ids with one call', async () => {
  await store.claim(requests(51));

  const sizes = dynamoDb.calls.map(({ body }) => body.Statements?.length);
  expect(sizes.sort()).toEqual([1, 25, 25]);
});

it('reads holders only of the ids that were refused', async () => {
  await store.claim(requests(2));
  dynamoDb.calls.length = 0;

  await store.claim(requests(4, 'shard#2'));

  expect(dynamoDb.calls.map(({ operation }) => operation)).toEqual(['BatchExecuteStatement', 'BatchGetItem']);
  expect(dynamoDb.calls[1]?.body.RequestItems?.claims?.Keys).toHaveLength(2);
});

it('keeps the exact expiry beside the whole seconds of the time to live, which never end before it', async () => {
  await store.claim(requests(1));

  expect(dynamoDb.items('claims')[0]).toMatchObject({ expires_at: { N: '3' }, expires_at_ms: { N: '2500' } });
});

it('fault 18: throttled statements alone are sent again, later each time', async () => {
  const rounds = new Map<string, number>();
  throttle((id) => {
    const round = rounds.get(id) ?? 0;
    rounds.set(id, round + 1);
    return id.endsWith('1') && round < 2;
  });

  expect(kinds(await store.claim(requests(20)))).toEqual({ granted: 20 });
  expect(dynamoDb.calls.map(({ body }) => body.Statements?.length)).toEqual([20, 2, 2]);
  expect(timers.delaysMs).toEqual([25, 50]);
});

it('fault 18: what stays throttled is unavailable, its neighbours are claimed', async () => {
  throttle((id) => id === 'id-7');

  const answers = await store.claim(requests(10));

  expect(kinds(answers)).toEqual({ granted: 9, unavailable: 1 });
  expect(answers[7]).toEqual({ kind: 'unavailable', detail: 'ThrottlingError' });
  expect(dynamoDb.calls).toHaveLength(5);
});

it.each([
  ['answers with errors', () => error('InternalServerError', {}, 500), 'InternalServerError'],
  ['breaks the connection', () => 'reset' as const, 'TimeoutError'],
  ['refuses the function', () => error('AccessDeniedException'), 'AccessDeniedException'],
])(
  'fault 19: a table that %s makes claims unavailable, and is not asked for long',
  async (_, fault, name) => {
    dynamoDb.fault = fault;

    const answers = await store.claim(requests(5_000));

    expect(kinds(answers)).toEqual({ unavailable: 5_000 });
    expect(answers[0]).toEqual({ kind: 'unavailable', detail: name });
    expect(dynamoDb.calls.length).toBeLessThanOrEqual(8);
  },
);

it('fault 19: a table that fails while holders are read makes that batch unavailable', async () => {
  await store.claim(requests(3));
  dynamoDb.fault = (operation) =>
    operation === 'BatchGetItem' ? error('InternalServerError', {}, 500) : null;

  expect(kinds(await store.claim(requests(3, 'shard#2')))).toEqual({ unavailable: 3 });
});

it('fault 21: a holder that time to live has just deleted is unavailable, not lost', async () => {
  await store.claim(requests(1));
  dynamoDb.fault = (operation) =>
    operation === 'BatchGetItem' ? json({ Responses: { claims: [] }, UnprocessedKeys: {} }) : null;

  expect(await store.claim(requests(1, 'shard#2'))).toEqual([
    { kind: 'unavailable', detail: 'HolderNotRead' },
  ]);
});

it('fault 26: of two heirs of an expired claim, the slower one is told who won', async () => {
  await store.claim(requests(1));
  const heir = (owner: string) =>
    requests(1, owner).map((each) => ({ ...each, arrivalTimeMs: 9_000, expiresAtMs: 17_000 }));
  let isRacing = true;
  dynamoDb.fault = (operation) => {
    if (operation !== 'PutItem' || !isRacing) return null;
    isRacing = false;
    const winner = dynamoDb.items('claims')[0] ?? {};
    dynamoDb.perform('PutItem', {
      TableName: 'claims',
      Item: { ...winner, owner: { S: 'shard#3' }, expires_at_ms: { N: '17000' } },
    });
    return null;
  };

  expect(await store.claim(heir('shard#2'))).toEqual([{ kind: 'held', owner: 'shard#3', digest: 'd' }]);
});
