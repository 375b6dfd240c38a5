import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Item } from './dynamodb-items.ts';

/** The item that stood against a conditional update; `undefined`: there is none. */
export interface Refusal {
  readonly standing: Item | undefined;
}

/** Whether the condition held and the item was written. Throws what else DynamoDB refuses. */
export async function updateIf(client: DynamoDBClient, input: UpdateItemCommandInput): Promise<boolean> {
  return (await updateUnless(client, input)) === null;
}

/** Null when the item was written, else what stood against it. Throws what else DynamoDB refuses. */
export async function updateUnless(
  client: DynamoDBClient,
  input: UpdateItemCommandInput,
): Promise<Refusal | null> {
  try {
    await client.send(new UpdateItemCommand({ ...input, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }));
    return null;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return { standing: error.Item };
    throw error;
  }
}
