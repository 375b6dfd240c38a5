import { dynamoDbContracts } from '../lambdas/aws/aws-contracts.ts';
import { onEmulator } from './on-emulator.ts';

onEmulator('dynamoDbLocal', (name, place) => dynamoDbContracts(`DynamoDB of ${name}`, place));
