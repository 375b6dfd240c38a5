import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { holds, type Placeholders, updated, type WireItem } from './dynamodb-expressions.ts';
import type { Answer, Request } from './loopback-server.ts';

interface WireTable {
  readonly keys: readonly string[];
  readonly items: Map<string, WireItem>;
}

/** What the adapters send, of all that DynamoDB knows. */
interface Body extends Placeholders {
  readonly TableName?: string;
  readonly Key?: WireItem;
  readonly Item?: WireItem;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ExclusiveStartKey?: WireItem;
  readonly Statements?: readonly { Statement: string; Parameters: readonly AttributeValue[] }[];
  readonly RequestItems?: Record<string, { readonly Keys: readonly WireItem[] }>;
  readonly TransactItems?: readonly Record<'Put' | 'Update' | 'Delete', Body | undefined>[];
}

const REFUSED = { Code: 'ConditionalCheckFailed' };
const PAGE_SIZE = 3;

/**
 * DynamoDB's wire for the few operations that the adapters use, over maps. Small pages, so that paging is walked.
 * `fault` may answer in its place.
 */
export class LoopbackDynamoDb {
  readonly calls: { readonly operation: string; readonly body: Body }[] = [];
  fault: (operation: string, body: Body) => Answer | 'reset' | null = () => null;
  readonly #tables = new Map<string, WireTable>();

  createTable(name: string, keys: readonly string[]): void {
    this.#tables.set(name, { keys, items: new Map() });
  }

  items(name: string): readonly WireItem[] {
    return [...this.#table(name).items.values()];
  }

  answer(request: Request): Answer | 'reset' {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const body: Body = JSON.parse(request.body.toString('utf8'));
    this.calls.push({ operation, body });
    return this.fault(operation, body) ?? this.perform(operation, body);
  }

  perform(operation: string, body: Body): Answer {
    switch (operation) {
      case 'GetItem':
        return json({ Item: this.#find(body.TableName, body.Key ?? {}) });
      case 'PutItem':
      case 'UpdateItem': {
        const refusal = this.#write(body);
        return refusal === null
          ? json({})
          : error(
              'ConditionalCheckFailedException',
              refusal.Item === undefined ? {} : { Item: refusal.Item },
            );
      }
      case 'DeleteItem':
        this.#table(body.TableName).items.delete(this.#keyOf(body.TableName, body.Key ?? {}));
        return json({});
      case 'BatchGetItem':
        return json({ Responses: this.#batchGet(body.RequestItems ?? {}), UnprocessedKeys: {} });
      case 'Query':
        return json(this.#query(body));
      case 'BatchExecuteStatement':
        return json({ Responses: (body.Statements ?? []).map((each) => this.#insert(each)) });
      case 'TransactWriteItems':
        return this.#transact(body.TransactItems ?? []);
      default:
        return error('UnknownOperationException');
    }
  }

  #table(name: string | undefined): WireTable {
    const table = this.#tables.get(name ?? '');
    if (table === undefined) throw new Error(`no table ${name}`);
    return table;
  }

  #keyOf(name: string | undefined, item: WireItem): string {
    return this.#table(name)
      .keys.map((key) => item[key]?.S)
      .join('\n');
  }

  #find(name: string | undefined, key: WireItem): WireItem | undefined {
    return this.#table(name).items.get(this.#keyOf(name, key));
  }

  /** Null when the write was done; else the item that stood against it. */
  #write(body: Body, isDryRun = false): { readonly Item: WireItem | undefined } | null {
    const key = body.Key ?? body.Item ?? {};
    const stored = this.#find(body.TableName, key);
    if (body.ConditionExpression !== undefined && !holds(body.ConditionExpression, stored, body)) {
      return { Item: stored };
    }
    if (isDryRun) return null;
    const item = body.Item ?? updated(body.UpdateExpression ?? '', stored ?? body.Key ?? {}, body);
    this.#table(body.TableName).items.set(this.#keyOf(body.TableName, key), item);
    return null;
  }

  #batchGet(wanted: Record<string, { readonly Keys: readonly WireItem[] }>): Record<string, WireItem[]> {
    return Object.fromEntries(
      Object.entries(wanted).map(([name, { Keys }]) => [
        name,
        Keys.map((key) => this.#find(name, key)).filter((item) => item !== undefined),
      ]),
    );
  }

  #query(body: Body): object {
    const kind = body.ExpressionAttributeValues?.[':kind']?.S;
    const from = body.ExclusiveStartKey?.id?.S ?? '';
    const found = this.items(body.TableName ?? '')
      .filter((item) => item.kind?.S === kind && (item.id?.S ?? '') > from)
      .sort((a, b) => ((a.id?.S ?? '') < (b.id?.S ?? '') ? -1 : 1));
    const page = found.slice(0, PAGE_SIZE);
    const last = page.at(-1);
    const isMore = found.length > PAGE_SIZE && last !== undefined;
    return { Items: page, ...(isMore ? { LastEvaluatedKey: { kind: last.kind, id: last.id } } : {}) };
  }

  #insert(statement: { readonly Statement: string; readonly Parameters: readonly AttributeValue[] }): object {
    const [, name = '', fields = ''] = /^INSERT INTO "(\w+)" VALUE \{(.*)\}$/.exec(statement.Statement) ?? [];
    const names = [...fields.matchAll(/'(\w+)': \?/g)].map((match) => match[1] ?? '');
    const item = Object.fromEntries(
      names.map((field, index) => [field, statement.Parameters[index] ?? {}]),
    ) as WireItem;
    if (this.#find(name, item) !== undefined) {
      return { Error: { Code: 'DuplicateItem', Message: 'Duplicate primary key exists in table' } };
    }
    this.#table(name).items.set(this.#keyOf(name, item), item);
    return { TableName: name };
  }

  #transact(actions: readonly Record<'Put' | 'Update' | 'Delete', Body | undefined>[]): Answer {
    const bodies = actions.map((action) => action.Put ?? action.Update ?? action.Delete ?? {});
    const reasons = bodies.map((body) => (this.#write(body, true) === null ? { Code: 'None' } : REFUSED));
    if (reasons.includes(REFUSED)) {
      return error('TransactionCanceledException', { CancellationReasons: reasons });
    }
    actions.forEach((action, index) => {
      const body = bodies[index] ?? {};
      if (action.Delete === undefined) this.#write(body);
      else this.#table(body.TableName).items.delete(this.#keyOf(body.TableName, body.Key ?? {}));
    });
    return json({});
  }
}

export function json(body: object): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify(body),
  };
}

export function error(type: string, fields: object = {}, status = 400): Answer {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: type, ...fields }),
  };
}
