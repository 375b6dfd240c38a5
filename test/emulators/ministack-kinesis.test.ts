import { kinesisContracts } from '../lambdas/aws/aws-contracts.ts';
import { onEmulator } from './on-emulator.ts';

onEmulator('miniStack', (name, place) => kinesisContracts(`Kinesis of ${name}`, place));
