import { s3Contracts } from '../lambdas/aws/aws-contracts.ts';
import { onEmulator } from './on-emulator.ts';

onEmulator('miniStack', (name, place) => s3Contracts(`S3 of ${name}`, place));
