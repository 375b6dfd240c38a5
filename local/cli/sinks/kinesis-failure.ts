import type { KinesisPlace } from '../../../lambdas/aws/open-kinesis.ts';
import { CommandError } from '../errors.ts';

const DENIED = new Set([
  'AccessDeniedException',
  'ExpiredTokenException',
  'IncompleteSignatureException',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'UnrecognizedClientException',
]);
const UNREACHABLE = new Set<unknown>(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'EPROTO']);

/** What a call that failed as a whole means to a person; anything that is no error of AWS comes back as it is. */
export function kinesisFailure(error: unknown, place: KinesisPlace): unknown {
  if (!(error instanceof Error)) return error;
  const said = `(${error.name}: ${error.message})`.replace(/\s*\n\s*/g, ' ');
  const where = place.endpoint === undefined ? '' : ` at ${place.endpoint}`;
  const failed = (code: string, message: string) => new CommandError(code, message, { cause: error });
  if (error.name === 'ResourceNotFoundException') {
    return failed(
      'stream_missing',
      `There is no stream ${place.streamName}${where} in this account and region: check --stream and --region, or make it first.`,
    );
  }
  if (error.name === 'CredentialsProviderError') {
    return failed(
      'aws_credentials',
      'No AWS credentials were found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (an emulator takes any).',
    );
  }
  if (/region is missing|region not accepted/i.test(error.message)) {
    return failed('aws_region', 'No AWS region is set that could be one: give --region, or set AWS_REGION.');
  }
  if (DENIED.has(error.name)) {
    return failed(
      'aws_denied',
      `AWS does not let these credentials write to ${place.streamName} ${said}: they need kinesis:PutRecords on it.`,
    );
  }
  if ('code' in error && UNREACHABLE.has(error.code)) {
    const target = place.endpoint ?? 'Kinesis';
    return failed(
      'aws_unreachable',
      `${target} cannot be reached ${said}: check --endpoint, --region and the network.`,
    );
  }
  return 'code' in error || '$metadata' in error
    ? failed('kinesis', `Kinesis did not take the events ${said}.`)
    : error;
}
