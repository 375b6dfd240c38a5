import { inspect } from 'node:util';
import { S3ServiceException } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { safeError } from '../../../lambdas/runtime/safe-error.ts';

class LateError extends Error {
  override readonly name = 'LateError';
}

function parseFailure(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}

const refusal = new S3ServiceException({
  name: 'AccessDenied',
  $fault: 'client',
  message: 'may not put canary',
  $metadata: { httpStatusCode: 403, requestId: 'R-1' },
});

describe('fault 56: an error that leaves a function', () => {
  it('keeps its name, frames and a message of our making', () => {
    const error = new LateError('Not done within 5 ms');

    const safe = safeError(error);

    expect(safe).toMatchObject({ name: 'LateError', message: 'Not done within 5 ms' });
    expect(safe.stack?.split('\n')[0]).toBe('LateError: Not done within 5 ms');
    expect(safe.stack?.split('\n').slice(1)).toEqual(error.stack?.split('\n').slice(1));
  });

  it('says of a service who refused and how, and nothing that the service says', () => {
    const safe = safeError(refusal);

    expect(safe.name).toBe('AccessDenied');
    expect(safe.message).toContain('HTTP 403, request R-1');
    expect(inspect(safe, { depth: 20, showHidden: true })).not.toContain('canary');
  });

  it.each<[string, unknown]>([
    ['text that was no JSON', parseFailure('canary')],
    ['an object in its message', new Error('got {"id":"canary"}')],
    ['an address in its message', new Error('no canary@example.com')],
    ['fields of its own', Object.assign(new Error('failed'), { record: 'canary' })],
    ['such a cause', new LateError('failed', { cause: new Error('<p>canary</p>', { cause: refusal }) })],
    ['a lines-long message', new Error(`first\ncanary${' '.repeat(300)}`)],
    ['a text for an error', 'canary'],
  ])('keeps nothing of %s', (_, error) => {
    expect(inspect(safeError(error), { depth: 20, showHidden: true })).not.toContain('canary');
  });

  it('ends a ring of causes', () => {
    const error = new Error('a ring');
    error.cause = error;

    expect(inspect(safeError(error), { depth: 20 }).match(/Error: a ring/g)).toHaveLength(6);
  });
});
