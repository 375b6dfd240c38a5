import { eventStreamContract } from '../contract/event-stream-contract.ts';
import { kinesisSubject } from '../lambdas/aws/kinesis-subject.ts';
import { onEmulator } from './on-emulator.ts';

onEmulator('miniStack', (name, place) =>
  eventStreamContract(`Kinesis of ${name}`, () => kinesisSubject(place)),
);
