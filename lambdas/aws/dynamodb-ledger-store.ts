import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import {
  BatchGetItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import {
  type Checkpoint,
  LEDGER_SOURCES,
  type LedgerRow,
  type LedgerSource,
  type StoredLedgerRow,
} from '../domain/ledger.ts';
import type { SetAside } from '../domain/set-aside.ts';
import type { LedgerStore, StoredRun } from '../ports/ledger-store.ts';
import { type Backoff, pauseWithJitter, systemBackoff } from './backoff.ts';
import { updateIf, updateUnless } from './conditional-update.ts';
import { type Item, textOf } from './dynamodb-items.ts';
import {
  attributesOf,
  checkpointFromItem,
  checkpointKey,
  rowFromItem,
  rowItem,
  rowKind,
  runFromItem,
  runKey,
  setAsideFromItem,
  sourceOf,
  unstagedKind,
} from './ledger-items.ts';

const ATTEMPTS = 6;
const PAUSE = { baseMs: 50, capMs: 2_000 };
/** DynamoDB's limits: 100 keys to a BatchGetItem; 100 actions to a transaction, of which each row needs two. */
const KEYS_PER_READ = 100;
const ROWS_PER_TRANSACTION = 50;

const TRANSIENT_REASONS: ReadonlySet<string> = new Set([
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

/** The ledger, the checkpoints and the lake's state in one DynamoDB table, laid out as ledger-items.ts says. */
export class DynamoDbLedgerStore implements LedgerStore {
  readonly #client: DynamoDBClient;
  readonly #tableName: string;
  readonly #backoff: Backoff;

  constructor(options: { client: DynamoDBClient; tableName: string; backoff?: Backoff }) {
    this.#client = options.client;
    this.#tableName = options.tableName;
    this.#backoff = options.backoff ?? systemBackoff;
  }

  async append(row: LedgerRow): Promise<'appended' | 'exists'> {
    const marker = attributesOf({ kind: unstagedKind(row.source), id: row.ledgerId });
    const written = await this.#transact([
      {
        Put: {
          TableName: this.#tableName,
          Item: rowItem(row),
          ConditionExpression: 'attribute_not_exists(id)',
        },
      },
      { Put: { TableName: this.#tableName, Item: marker } },
    ]);
    return written ? 'appended' : 'exists';
  }

  async rows(
    filter: { readonly source?: LedgerSource; readonly unstagedOnly?: boolean } = {},
  ): Promise<readonly StoredLedgerRow[]> {
    const sources = filter.source === undefined ? LEDGER_SOURCES : [filter.source];
    const found: StoredLedgerRow[] = [];
    for (const source of sources) {
      const items =
        filter.unstagedOnly === true
          ? await this.#readRows(source, await this.#queryKind(unstagedKind(source)))
          : await this.#queryKind(rowKind(source));
      for (const item of items) found.push(rowFromItem(item));
    }
    const wanted = filter.unstagedOnly === true ? found.filter((row) => row.stagedBy === null) : found;
    return wanted.sort((left, right) => (left.ledgerId < right.ledgerId ? -1 : 1));
  }

  async markStaged(ledgerIds: readonly string[], runId: string): Promise<void> {
    const distinct = [...new Set(ledgerIds)];
    for (let start = 0; start < distinct.length; start += ROWS_PER_TRANSACTION) {
      const ids = distinct.slice(start, start + ROWS_PER_TRANSACTION);
      const marked = await this.#transact(ids.flatMap((id) => this.#markOne(id, runId)));
      if (!marked) {
        throw new Error(
          `Cannot mark ledger rows as staged by ${runId}: one of ${ids.length} from ${ids[0]} is missing`,
        );
      }
    }
  }

  #markOne(ledgerId: string, runId: string): TransactWriteItem[] {
    const source = sourceOf(ledgerId);
    return [
      {
        Update: {
          TableName: this.#tableName,
          Key: attributesOf({ kind: rowKind(source), id: ledgerId }),
          UpdateExpression: 'SET staged_by = :run',
          ConditionExpression: 'attribute_exists(id)',
          ExpressionAttributeValues: { ':run': { S: runId } },
        },
      },
      {
        Delete: {
          TableName: this.#tableName,
          Key: attributesOf({ kind: unstagedKind(source), id: ledgerId }),
        },
      },
    ];
  }

  /** Sequences have up to 56 digits and a DynamoDB number 38, so the order is that of (length, text). */
  async advanceCheckpoint(checkpoint: Checkpoint): Promise<void> {
    await updateIf(this.#client, {
      TableName: this.#tableName,
      Key: attributesOf(checkpointKey(checkpoint.source, checkpoint.shardId)),
      UpdateExpression:
        'SET #source = :source, shard_id = :shard, #sequence = :sequence, sequence_digits = :digits, arrival_time_ms = :arrival',
      ConditionExpression:
        'attribute_not_exists(id) OR sequence_digits < :digits OR (sequence_digits = :digits AND #sequence < :sequence)',
      ExpressionAttributeNames: { '#source': 'source', '#sequence': 'sequence' },
      ExpressionAttributeValues: {
        ':source': { S: checkpoint.source },
        ':shard': { S: checkpoint.shardId },
        ':sequence': { S: checkpoint.sequence },
        ':digits': { N: String(checkpoint.sequence.length) },
        ':arrival': { N: String(checkpoint.arrivalTimeMs) },
      },
    });
  }

  async checkpoints(): Promise<readonly Checkpoint[]> {
    return (await this.#queryKind('checkpoint')).map(checkpointFromItem);
  }

  async setAside(note: SetAside): Promise<void> {
    const { objectKey, ledgerId, detail, replacementKey } = note;
    await updateIf(this.#client, {
      TableName: this.#tableName,
      Key: attributesOf({ kind: 'set_aside', id: objectKey }),
      UpdateExpression: `SET ledger_id = :ledger, detail = :detail${replacementKey === null ? '' : ', replacement_key = :replacement'}`,
      ExpressionAttributeValues: {
        ':ledger': { S: ledgerId },
        ':detail': { S: detail },
        ...(replacementKey === null ? {} : { ':replacement': { S: replacementKey } }),
      },
    });
  }

  async setAsides(): Promise<readonly SetAside[]> {
    return (await this.#queryKind('set_aside')).map(setAsideFromItem);
  }

  async putRun(run: StoredRun): Promise<void> {
    await updateIf(this.#client, {
      TableName: this.#tableName,
      Key: attributesOf(runKey(run)),
      UpdateExpression: 'SET run_id = :run, started_at_ms = :start, body = :body',
      ExpressionAttributeValues: {
        ':run': { S: run.runId },
        ':start': { N: String(run.startedAtMs) },
        ':body': { B: gzipSync(run.body) },
      },
    });
  }

  /** All of the kind are read, which keepRuns holds to a few. */
  async runs(limit: number): Promise<readonly StoredRun[]> {
    const items = await this.#queryKind('run');
    return items.toReversed().slice(0, limit).map(runFromItem);
  }

  async keepRuns(count: number): Promise<void> {
    const items = await this.#queryKind('run');
    for (const item of items.toReversed().slice(count)) {
      const key = attributesOf({ kind: 'run', id: textOf(item, 'id') });
      await this.#client.send(new DeleteItemCommand({ TableName: this.#tableName, Key: key }));
    }
  }

  async readState(name: string): Promise<string | null> {
    const answer = await this.#client.send(
      new GetItemCommand({
        TableName: this.#tableName,
        Key: attributesOf({ kind: 'state', id: name }),
        ConsistentRead: true,
      }),
    );
    return answer.Item === undefined ? null : textOf(answer.Item, 'value');
  }

  /**
   * Each write carries a mark of its own. When the SDK asks again because an answer was lost, the condition no longer
   * holds, and the mark tells that it was this very call that wrote.
   */
  async writeState(name: string, expected: string | null, value: string): Promise<boolean> {
    const mark = randomUUID();
    const refusal = await updateUnless(this.#client, {
      TableName: this.#tableName,
      Key: attributesOf({ kind: 'state', id: name }),
      UpdateExpression: 'SET #value = :value, written_by = :mark',
      ConditionExpression: expected === null ? 'attribute_not_exists(id)' : '#value = :expected',
      ExpressionAttributeNames: { '#value': 'value' },
      ExpressionAttributeValues: {
        ':value': { S: value },
        ':mark': { S: mark },
        ...(expected === null ? {} : { ':expected': { S: expected } }),
      },
    });
    return refusal === null || refusal.standing?.written_by?.S === mark;
  }

  /** All actions, or (a condition did not hold) none. The SDK does not repeat a cancelled transaction; this does. */
  async #transact(actions: TransactWriteItem[]): Promise<boolean> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.#client.send(new TransactWriteItemsCommand({ TransactItems: actions }));
        return true;
      } catch (error) {
        if (!(error instanceof TransactionCanceledException)) throw error;
        const reasons = (error.CancellationReasons ?? []).map((reason) => reason.Code ?? 'None');
        if (reasons.includes('ConditionalCheckFailed')) return false;
        const isTransient = reasons.some((reason) => TRANSIENT_REASONS.has(reason));
        if (!isTransient || attempt + 1 >= ATTEMPTS) throw error;
        await pauseWithJitter(this.#backoff, attempt, PAUSE);
      }
    }
  }

  /** All items of a kind, ascending by id, page after page. */
  async #queryKind(kind: string): Promise<readonly Item[]> {
    const items: Item[] = [];
    let start: Item | undefined;
    do {
      const page: { Items?: Item[] | undefined; LastEvaluatedKey?: Item | undefined } =
        await this.#client.send(
          new QueryCommand({
            TableName: this.#tableName,
            KeyConditionExpression: 'kind = :kind',
            ExpressionAttributeValues: { ':kind': { S: kind } },
            ConsistentRead: true,
            ...(start === undefined ? {} : { ExclusiveStartKey: start }),
          }),
        );
      items.push(...(page.Items ?? []));
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    return items;
  }

  /** The rows behind markers. */
  async #readRows(source: LedgerSource, markers: readonly Item[]): Promise<readonly Item[]> {
    const found: Item[] = [];
    for (let start = 0; start < markers.length; start += KEYS_PER_READ) {
      let keys = markers
        .slice(start, start + KEYS_PER_READ)
        .map((marker): Item => attributesOf({ kind: rowKind(source), id: textOf(marker, 'id') }));
      for (let attempt = 0; keys.length > 0; attempt += 1) {
        if (attempt >= ATTEMPTS)
          throw new Error(`DynamoDB left ${keys.length} ledger rows unread in ${ATTEMPTS} tries`);
        if (attempt > 0) await pauseWithJitter(this.#backoff, attempt - 1, PAUSE);
        const answer = await this.#client.send(
          new BatchGetItemCommand({
            RequestItems: { [this.#tableName]: { Keys: keys, ConsistentRead: true } },
          }),
        );
        found.push(...(answer.Responses?.[this.#tableName] ?? []));
        keys = answer.UnprocessedKeys?.[this.#tableName]?.Keys ?? [];
      }
    }
    return found;
  }
}
