import { dynamoDbContracts, s3Contracts } from './aws-contracts.ts';
import { SERVICE } from './aws-subjects.ts';

const at = SERVICE === 'loopback' ? 'loopback' : 'AWS_ENDPOINT_URL';

dynamoDbContracts(`DynamoDB at ${at}`, SERVICE);
s3Contracts(`S3 at ${at}`, SERVICE);
