import { randomUUID } from 'node:crypto';
import {
  BatchExecuteStatementCommand,
  BatchGetItemCommand,
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ServicePlace } from '../lambdas/aws/aws-subjects.ts';

/** What the adapters rely on without ever coming near it: the service itself must say so. */
export function dynamoDbLimits(name: string, place: ServicePlace): void {
  describe(`limits of ${name}`, () => {
    const table = `limits_${randomUUID().replaceAll('-', '')}`;
    let client: DynamoDBClient;

    beforeEach(async () => {
      client = new DynamoDBClient(place);
      await client.send(
        new CreateTableCommand({
          TableName: table,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        }),
      );
      return async () => {
        await client.send(new DeleteTableCommand({ TableName: table }));
        client.destroy();
      };
    });

    const ids = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ id: { S: `id-${index}` } }));
    const insert = (keys: readonly { readonly id: { readonly S: string } }[]) =>
      client.send(
        new BatchExecuteStatementCommand({
          Statements: keys.map(({ id }) => ({
            Statement: `INSERT INTO "${table}" VALUE {'id': ?}`,
            Parameters: [{ S: id.S }],
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
          })),
        }),
      );
    const put = (keys: ReturnType<typeof ids>) =>
      client.send(
        new TransactWriteItemsCommand({
          TransactItems: keys.map((Item) => ({
            Put: { TableName: table, Item, ConditionExpression: 'attribute_not_exists(id)' },
          })),
        }),
      );

    it('a batch takes 25 statements and refuses 26 as a whole', async () => {
      expect((await insert(ids(25))).Responses).toHaveLength(25);
      await expect(insert(ids(26))).rejects.toMatchObject({ name: 'ValidationException' });
    });

    it('a statement that finds its id taken says so, its neighbours go through', async () => {
      await insert(ids(1));

      const { Responses = [] } = await insert(ids(2));

      expect(Responses[0]?.Error?.Code).toBe('DuplicateItem');
      expect(Responses[1]?.Error).toBeUndefined();
    });

    it('a transaction takes 100 actions and refuses 101 as a whole', async () => {
      await put(ids(100));
      await expect(put(ids(101))).rejects.toMatchObject({ name: 'ValidationException' });
    });

    it('a transaction in which one condition fails does nothing, and says which', async () => {
      await put(ids(1));

      await expect(put(ids(3))).rejects.toMatchObject({
        name: 'TransactionCanceledException',
        CancellationReasons: [{ Code: 'ConditionalCheckFailed' }, { Code: 'None' }, { Code: 'None' }],
      });
      expect((await insert(ids(3).slice(1))).Responses?.map(({ Error: error }) => error)).toEqual([
        undefined,
        undefined,
      ]);
    });

    it('fault 16: a transaction that is sent again with its token is done once, and succeeds', async () => {
      const TransactItems = [
        {
          Put: {
            TableName: table,
            Item: { id: { S: 'a' } },
            ConditionExpression: 'attribute_not_exists(id)',
          },
        },
      ];
      const ClientRequestToken = randomUUID();

      await client.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken }));
      await client.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken }));

      await expect(
        client.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken: randomUUID() })),
      ).rejects.toMatchObject({ name: 'TransactionCanceledException' });
    });

    it('a read takes 100 keys and refuses 101 as a whole', async () => {
      const read = (count: number) =>
        client.send(new BatchGetItemCommand({ RequestItems: { [table]: { Keys: ids(count) } } }));

      expect((await read(100)).Responses?.[table]).toEqual([]);
      await expect(read(101)).rejects.toMatchObject({ name: 'ValidationException' });
    });

    it('an item takes 400 KB and no byte more', async () => {
      // The names of its attributes count: `id`, `a`, `body`.
      const item = (bytes: number) =>
        new PutItemCommand({
          TableName: table,
          Item: { id: { S: 'a' }, body: { B: new Uint8Array(bytes - 'ida'.length - 'body'.length) } },
        });

      await client.send(item(400 * 1_024));
      await expect(client.send(item(400 * 1_024 + 1))).rejects.toMatchObject({ name: 'ValidationException' });
    });
  });
}
