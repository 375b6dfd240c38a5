import { kinesisContracts } from './aws-contracts.ts';
import { SERVICE } from './aws-subjects.ts';

kinesisContracts(`Kinesis at ${SERVICE === 'loopback' ? 'loopback' : 'AWS_ENDPOINT_URL'}`, SERVICE);
