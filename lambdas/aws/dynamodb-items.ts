import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Item = Readonly<Record<string, AttributeValue>>;

/** The item is not what this program writes: another program wrote it, or a newer version. */
export class MalformedItemError extends Error {
  override readonly name = 'MalformedItemError';

  constructor(attribute: string, expected: string) {
    super(`Attribute ${attribute} of a DynamoDB item is missing or no ${expected}; was it written by hand?`);
  }
}

export function textOf(item: Item, attribute: string): string {
  const value = item[attribute]?.S;
  if (value === undefined) throw new MalformedItemError(attribute, 'string');
  return value;
}

/** A number of at most 2^53, the range of times and counters. */
export function numberOf(item: Item, attribute: string): number {
  const value = Number(item[attribute]?.N);
  if (!Number.isSafeInteger(value)) throw new MalformedItemError(attribute, 'safe integer');
  return value;
}

export function bytesOf(item: Item, attribute: string): Uint8Array {
  const value = item[attribute]?.B;
  if (value === undefined) throw new MalformedItemError(attribute, 'binary');
  return value;
}
