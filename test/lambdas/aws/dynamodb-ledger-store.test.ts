import { afterEach, beforeEach, expect, it } from 'vitest';
import { DynamoDbLedgerStore } from '../../../lambdas/aws/dynamodb-ledger-store.ts';
import { ledgerRow } from '../../contract/ledger-store-contract.ts';
import { InstantTimers, instantBackoff } from './instant-backoff.ts';
import { openLoopbackDynamoDb } from './loopback-client.ts';
import { error, type LoopbackDynamoDb } from './loopback-dynamodb.ts';

let dynamoDb: LoopbackDynamoDb;
let close: () => Promise<void>;
let timers: InstantTimers;
let store: DynamoDbLedgerStore;

beforeEach(async () => {
  const opened = await openLoopbackDynamoDb('ledger', ['kind', 'id']);
  ({ dynamoDb, close } = opened);
  timers = new InstantTimers();
  store = new DynamoDbLedgerStore({
    client: opened.client,
    tableName: 'ledger',
    backoff: instantBackoff(timers),
  });
});

afterEach(() => close());

function ids(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `events/s/${String(index).padStart(4, '0')}`);
}

function operations(name: string): number {
  return dynamoDb.calls.filter(({ operation }) => operation === name).length;
}

it('walks all pages, and marks more rows than a transaction takes', async () => {
  for (const id of ids(120)) await store.append(ledgerRow(id));
  await store.markStaged(ids(119), 'run-1');

  expect((await store.rows()).map((row) => row.ledgerId)).toEqual(ids(120));
  expect((await store.rows({ unstagedOnly: true })).map((row) => row.ledgerId)).toEqual(ids(120).slice(119));
  expect(operations('TransactWriteItems')).toBe(120 + 3);
});

it('a row of thousands of minutes stays far below the 400 KB of an item', async () => {
  const minutes = Array.from({ length: 5_000 }, (_, index) => {
    return [`${new Date(index * 60_000).toISOString().slice(0, 16)}Z`, 1 + (index % 7)];
  });
  const row = ledgerRow('events/wide', { countsByTypeAndMinute: { page_view: Object.fromEntries(minutes) } });

  await store.append(row);

  const stored = dynamoDb.items('ledger').find((item) => item.body !== undefined);
  expect(String(stored?.body?.B).length).toBeLessThan(60_000);
  expect(await store.rows()).toEqual([{ ...row, stagedBy: null }]);
});

it('fault 26: a transaction that collides is sent again', async () => {
  let left = 2;
  dynamoDb.fault = (operation) => {
    if (operation !== 'TransactWriteItems' || left === 0) return null;
    left -= 1;
    return error('TransactionCanceledException', {
      CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'None' }],
    });
  };

  expect(await store.append(ledgerRow('events/a'))).toBe('appended');
  expect(timers.delaysMs).toEqual([25, 50]);
});

it('a transaction that is refused for another reason is thrown', async () => {
  dynamoDb.fault = () =>
    error('TransactionCanceledException', { CancellationReasons: [{ Code: 'ValidationError' }] });

  await expect(store.append(ledgerRow('events/a'))).rejects.toMatchObject({
    name: 'TransactionCanceledException',
  });
});

it('marking a row that no ledger holds is an error, and marks none', async () => {
  await store.append(ledgerRow('events/a'));

  await expect(store.markStaged(['events/a', 'events/b'], 'run-1')).rejects.toThrow(/one of 2/);
  expect(await store.rows({ unstagedOnly: true })).toHaveLength(1);
});

it('an item that this program did not write is named', async () => {
  dynamoDb.perform('PutItem', { TableName: 'ledger', Item: { kind: { S: 'row#events' }, id: { S: 'x' } } });

  await expect(store.rows()).rejects.toThrow(/Attribute body/);
});
