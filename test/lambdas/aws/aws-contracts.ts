import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDbClaimStore } from '../../../lambdas/aws/dynamodb-claim-store.ts';
import { DynamoDbLeaseStore } from '../../../lambdas/aws/dynamodb-lease-store.ts';
import { DynamoDbLedgerStore } from '../../../lambdas/aws/dynamodb-ledger-store.ts';
import { S3ObjectStore } from '../../../lambdas/aws/s3-object-store.ts';
import type { ClaimStore } from '../../../lambdas/ports/claim-store.ts';
import type { Clock } from '../../../lambdas/ports/clock.ts';
import { type ClaimSubject, claimStoreContract } from '../../contract/claim-store-contract.ts';
import { claimStoreFaultContract } from '../../contract/claim-store-fault-contract.ts';
import { eventStreamContract } from '../../contract/event-stream-contract.ts';
import { eventStreamFaultContract } from '../../contract/event-stream-fault-contract.ts';
import { leaseStoreContract } from '../../contract/lease-store-contract.ts';
import { leaseStoreFaultContract } from '../../contract/lease-store-fault-contract.ts';
import { ledgerStoreContract } from '../../contract/ledger-store-contract.ts';
import { ledgerStoreFaultContract } from '../../contract/ledger-store-fault-contract.ts';
import { objectStoreContract } from '../../contract/object-store-contract.ts';
import { objectStoreFaultContract } from '../../contract/object-store-fault-contract.ts';
import type { NetworkSubject } from '../../contract/subject.ts';
import { dynamoDbSubject, type Service, s3Subject } from './aws-subjects.ts';
import { instantBackoff } from './instant-backoff.ts';
import { kinesisSubject } from './kinesis-subject.ts';

const LEDGER_KEYS = ['kind', 'id'];

async function claimSubject(service: Service): Promise<ClaimSubject & NetworkSubject<ClaimStore>> {
  let forget = async (_eventId: string): Promise<void> => {};
  const subject = await dynamoDbSubject(service, ['event_id'], (client, tableName) => {
    forget = async (eventId) => {
      await client.send(new DeleteItemCommand({ TableName: tableName, Key: { event_id: { S: eventId } } }));
    };
    return new DynamoDbClaimStore({ client, tableName, backoff: instantBackoff() });
  });
  return { ...subject, forget: (eventId) => forget(eventId) };
}

/** All suites of the ports that DynamoDB stands behind. */
export function dynamoDbContracts(name: string, service: Service): void {
  const claims = () => claimSubject(service);
  const ledger = () =>
    dynamoDbSubject(
      service,
      LEDGER_KEYS,
      (client, tableName) => new DynamoDbLedgerStore({ client, tableName, backoff: instantBackoff() }),
    );
  const leases = (clock: Clock) =>
    dynamoDbSubject(
      service,
      LEDGER_KEYS,
      (client, tableName) => new DynamoDbLeaseStore({ client, tableName, clock }),
    );
  claimStoreContract(name, claims);
  claimStoreFaultContract(name, claims);
  ledgerStoreContract(name, ledger);
  ledgerStoreFaultContract(name, ledger);
  leaseStoreContract(name, leases);
  leaseStoreFaultContract(name, leases);
}

/** All suites of the port that S3 stands behind. */
export function s3Contracts(name: string, service: Service): void {
  const objects = () =>
    s3Subject(service, (client, bucket) => new S3ObjectStore({ client, bucket, backoff: instantBackoff() }));
  objectStoreContract(name, objects);
  objectStoreFaultContract(name, objects);
}

/** All suites of the ports that Kinesis stands behind. */
export function kinesisContracts(name: string, service: Service): void {
  eventStreamContract(name, () => kinesisSubject(service));
  eventStreamFaultContract(name, () => kinesisSubject(service));
}
