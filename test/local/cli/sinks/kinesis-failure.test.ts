import { describe, expect, it } from 'vitest';
import { kinesisFailure } from '../../../../local/cli/sinks/kinesis-failure.ts';

function errorOf(name: string, message: string, fields: object = {}): Error {
  return Object.assign(new Error(message), { name, ...fields });
}

describe('a failed call to Kinesis', () => {
  it.each([
    ['ResourceNotFoundException', {}, 'stream_missing'],
    ['CredentialsProviderError', {}, 'aws_credentials'],
    ['AccessDeniedException', {}, 'aws_denied'],
    ['ExpiredTokenException', {}, 'aws_denied'],
    ['UnrecognizedClientException', {}, 'aws_denied'],
    ['Error', { code: 'ENOTFOUND' }, 'aws_unreachable'],
    ['Error', { code: 'ECONNREFUSED' }, 'aws_unreachable'],
    ['ValidationException', { $metadata: {} }, 'kinesis'],
  ])('%s %j is told as %s', (name, fields, code) => {
    const failure = kinesisFailure(errorOf(name, 'first\n  second', fields), { streamName: 'shop' });

    expect(failure).toMatchObject({ name: 'CommandError', code, exitCode: 1 });
    expect(String(failure)).not.toContain('\n');
  });

  it('without a region says what to set', () => {
    const failure = kinesisFailure(errorOf('Error', 'Region is missing'), { streamName: 'shop' });

    expect(failure).toMatchObject({ code: 'aws_region' });
  });

  it('that is none of AWS stays what it is', () => {
    const bug = new TypeError('x is not a function');

    expect(kinesisFailure(bug, { streamName: 'shop' })).toBe(bug);
  });
});
