import { DynamoDbClaimStore } from '../../../lambdas/aws/dynamodb-claim-store.ts';
import { DynamoDbLeaseStore } from '../../../lambdas/aws/dynamodb-lease-store.ts';
import { DynamoDbLedgerStore } from '../../../lambdas/aws/dynamodb-ledger-store.ts';
import { S3ObjectStore } from '../../../lambdas/aws/s3-object-store.ts';
import { claimStoreContract } from '../../contract/claim-store-contract.ts';
import { leaseStoreContract } from '../../contract/lease-store-contract.ts';
import { ledgerStoreContract } from '../../contract/ledger-store-contract.ts';
import { objectStoreContract } from '../../contract/object-store-contract.ts';
import { dynamoDbSubject, ENDPOINT, s3Subject } from './aws-subjects.ts';

const at = ENDPOINT === undefined ? 'loopback' : 'AWS_ENDPOINT_URL';
const LEDGER_KEYS = ['kind', 'id'];

claimStoreContract(`DynamoDB at ${at}`, () =>
  dynamoDbSubject(['event_id'], (client, tableName) => new DynamoDbClaimStore({ client, tableName })),
);
ledgerStoreContract(`DynamoDB at ${at}`, () =>
  dynamoDbSubject(LEDGER_KEYS, (client, tableName) => new DynamoDbLedgerStore({ client, tableName })),
);
leaseStoreContract(`DynamoDB at ${at}`, (clock) =>
  dynamoDbSubject(LEDGER_KEYS, (client, tableName) => new DynamoDbLeaseStore({ client, tableName, clock })),
);
objectStoreContract(`S3 at ${at}`, () =>
  s3Subject((client, bucket) => new S3ObjectStore({ client, bucket })),
);
