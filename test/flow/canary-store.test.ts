import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CATALOGUE_DATA } from '../../simulator/fakestore/data.ts';
import type { Fault } from '../../simulator/fakestore/faults.ts';
import { type FakeStore, startFakeStore } from '../../simulator/fakestore/start-fakestore.ts';
import { LoopbackDynamoDb } from '../lambdas/aws/loopback-dynamodb.ts';
import { LoopbackS3 } from '../lambdas/aws/loopback-s3.ts';
import { type LoopbackServer, openLoopback } from '../lambdas/aws/loopback-server.ts';
import { leaksIn } from './canaries.ts';
import { saidByHandler } from './handler-process.ts';

const SLOT = { slot: '2026-03-05T10:00:00Z' };
const PEOPLE = CATALOGUE_DATA.users.map((user) => ({
  ...user,
  email: 'Perdita.Winter@example.com',
  username: 'perdita',
  password: 'perdita-secret',
  phone: '+49 171 5550199',
  name: { firstname: 'Perdita', lastname: 'Perdita' },
}));

let dynamoDb: LoopbackDynamoDb;
let s3: LoopbackS3;
let aws: LoopbackServer;
let store: FakeStore;

beforeAll(async () => {
  aws = await openLoopback((request) => {
    if (request.url.pathname === '/secretsmanager/get')
      return { status: 200, body: JSON.stringify({ SecretString: 'k'.repeat(64) }) };
    return request.headers['x-amz-target'] === undefined ? s3.answer(request) : dynamoDb.answer(request);
  });
  store = await startFakeStore({ data: { ...CATALOGUE_DATA, users: PEOPLE } });
});

afterAll(() => Promise.all([aws.close(), store.close()]));

beforeEach(() => {
  s3 = new LoopbackS3();
  dynamoDb = new LoopbackDynamoDb();
  dynamoDb.createTable('ledger', ['kind', 'id']);
});

/** What the real handler says of a snapshot of the people. */
function said(event: unknown = SLOT): Promise<string> {
  const variables = {
    FAKESTORE_URL: store.url,
    EMAIL_KEY_SECRET_ARN: 'arn',
    PARAMETERS_SECRETS_EXTENSION_HTTP_PORT: new URL(aws.url).port,
  };
  return saidByHandler({ folder: 'ingest-fakestore', awsUrl: aws.url, variables }, [event]);
}

function written(): string {
  return [...s3.objects.values()].map((body) => gunzipSync(body).toString()).join('');
}

describe('fault 56: the ingestion of the store says nothing about a person', () => {
  it('of a snapshot that it takes, and writes no more than a hash', async () => {
    const text = await said();

    expect(text).toContain('"FakestoreAccepted":3');
    expect(leaksIn(text)).toEqual([]);
    expect(written()).toContain('email_hash');
    expect(leaksIn(written())).toEqual([]);
  });

  const answer = (status: number, contentType: string, body: string): Fault => ({
    kind: 'answer',
    status,
    contentType,
    body,
  });
  it.each<[string, Fault]>([
    ['of a page in place of users', answer(200, 'text/html', '<p>perdita@example.com</p>')],
    ['of users that are no JSON', answer(200, 'application/json', '[{"email":"perdita@example.com"')],
    ['of users of another shape', answer(200, 'application/json', '[{"id":"perdita"}]')],
    ['of an error that repeats them', answer(404, 'application/json', JSON.stringify(PEOPLE))],
  ])('nor %s', async (_, fault) => {
    store.setFaults('users', Array(9).fill(fault));

    const text = await said();

    store.setFaults('users', []);
    expect(text).toMatch(/"Fakestore(Refused|Unavailable)":1/);
    expect(leaksIn(text)).toEqual([]);
  });

  it('nor when the slot is somebody', async () => {
    const text = await said({ slot: 'perdita' });

    expect(text).toMatch(/^thrown .*SlotError/m);
    expect(leaksIn(text)).toEqual([]);
  });
});
