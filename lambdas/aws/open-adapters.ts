import { AthenaClient } from '@aws-sdk/client-athena';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { ClaimStore } from '../ports/claim-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { LandingZone } from '../ports/landing-zone.ts';
import type { LeaseStore } from '../ports/lease-store.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { SqlEngine } from '../ports/sql-engine.ts';
import { AthenaSqlEngine } from './athena-sql-engine.ts';
import { DynamoDbClaimStore } from './dynamodb-claim-store.ts';
import { DynamoDbLeaseStore } from './dynamodb-lease-store.ts';
import { DynamoDbLedgerStore } from './dynamodb-ledger-store.ts';
import { S3LandingZone } from './s3-landing-zone.ts';
import { S3ObjectStore } from './s3-object-store.ts';

/** Region, credentials and, for an emulator, `AWS_ENDPOINT_URL` come from where the SDK always looks. */
const PATIENT = { maxAttempts: 5 } as const;

export function openObjectStore(bucket: string): ObjectStore {
  return new S3ObjectStore({ client: new S3Client(PATIENT), bucket });
}

export function openLandingZone(bucket: string): LandingZone {
  return new S3LandingZone({ client: new S3Client(PATIENT), bucket });
}

export function openLedgerStore(tableName: string): LedgerStore {
  return new DynamoDbLedgerStore({ client: new DynamoDBClient(PATIENT), tableName });
}

export function openLeaseStore(tableName: string, clock: Clock): LeaseStore {
  return new DynamoDbLeaseStore({ client: new DynamoDBClient(PATIENT), tableName, clock });
}

/**
 * Claims fail open, so waiting for a table that does not answer costs more than it gives: two tries of two seconds,
 * then the batch goes on without.
 */
export function openClaimStore(tableName: string): ClaimStore {
  const requestHandler = new NodeHttpHandler({
    connectionTimeout: 1_000,
    requestTimeout: 2_000,
    throwOnRequestTimeout: true,
  });
  return new DynamoDbClaimStore({
    // Nobody adds middleware later, and 200 calls a batch need not ask for it.
    client: new DynamoDBClient({ maxAttempts: 2, requestHandler, cacheMiddleware: true }),
    tableName,
  });
}

/** Gives engines of one work group and database; each try of a run takes one of its own, see AthenaSqlEngine. */
export function openSqlEngines(place: {
  readonly workGroup: string;
  readonly database: string;
}): (scope: string) => SqlEngine {
  const client = new AthenaClient(PATIENT);
  return (scope) => new AthenaSqlEngine({ ...place, client, scope });
}
