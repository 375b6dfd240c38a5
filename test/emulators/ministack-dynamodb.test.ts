import { dynamoDbContracts } from '../lambdas/aws/aws-contracts.ts';
import { dynamoDbLimits } from './dynamodb-limits.ts';
import { onEmulator } from './on-emulator.ts';

onEmulator('miniStack', (name, place) => {
  dynamoDbContracts(`DynamoDB of ${name}`, place);
  dynamoDbLimits(`DynamoDB of ${name}`, place);
});
