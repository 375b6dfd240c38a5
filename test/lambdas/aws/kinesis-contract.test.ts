import { eventStreamContract } from '../../contract/event-stream-contract.ts';
import { SERVICE } from './aws-subjects.ts';
import { kinesisSubject } from './kinesis-subject.ts';

eventStreamContract(`Kinesis at ${SERVICE === 'loopback' ? 'loopback' : 'AWS_ENDPOINT_URL'}`, () =>
  kinesisSubject(SERVICE),
);
