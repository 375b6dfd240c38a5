import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import { allow } from './rights.ts';

/** Lets the role look at what waits in the stream; gives the stream's name. */
export function forLooking(stream: kinesis.IStream, role: iam.Role): string {
  allow(role, ['kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:ListShards'], [stream.streamArn]);
  return stream.streamName;
}
