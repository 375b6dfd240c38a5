import type { Answer, Request } from './loopback-server.ts';

/** A call that takes many things and answers for each of them. */
interface BatchCall {
  readonly target: string;
  /** Where its body lists them, and where its answer does. */
  readonly asked: string;
  readonly answered: string;
  /** The answer for one that is throttled. */
  readonly throttled: object;
}

const BATCH_CALLS: readonly BatchCall[] = [
  {
    target: 'DynamoDB_20120810.BatchExecuteStatement',
    asked: 'Statements',
    answered: 'Responses',
    throttled: { Error: { Code: 'ThrottlingError', Message: 'slow down' } },
  },
  {
    target: 'Kinesis_20131202.PutRecords',
    asked: 'Records',
    answered: 'Records',
    throttled: { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'slow down' },
  },
];

/** Passes on those parts of a batch that are not throttled, and puts all answers together again. */
export async function forwardSome(
  forward: (request: Request) => Promise<Answer>,
  request: Request,
  isThrottled: (index: number) => boolean,
): Promise<Answer> {
  const call = BATCH_CALLS.find(({ target }) => target === targetOf(request));
  if (call === undefined) return forward(request);
  const batch: Record<string, readonly object[]> = JSON.parse(request.body.toString('utf8'));
  const parts = batch[call.asked] ?? [];
  const passing = parts.filter((_, index) => !isThrottled(index));
  const body = Buffer.from(JSON.stringify({ ...batch, [call.asked]: passing }));
  const headers = { ...request.headers, 'content-length': String(body.length) };
  const answers = passing.length === 0 ? [] : answersOf(call, await forward({ ...request, headers, body }));
  const inOrder = answers.values();
  const merged = parts.map((_, index) => (isThrottled(index) ? call.throttled : inOrder.next().value));
  return jsonAnswer(200, { [call.answered]: merged });
}

function answersOf(call: BatchCall, answer: Answer): readonly object[] {
  const given: Record<string, readonly object[] | undefined> = JSON.parse(String(answer.body));
  const answers = given[call.answered];
  if (answers === undefined) throw new Error(`a batch was answered by ${String(answer.body)}`);
  return answers;
}

export function jsonAnswer(status: number, body: object): Answer {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify(body),
  };
}

/** The operation of a JSON protocol; empty for S3. */
export function targetOf(request: Request): string {
  return String(request.headers['x-amz-target'] ?? '');
}
