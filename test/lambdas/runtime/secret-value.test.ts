import { afterEach, expect, it } from 'vitest';
import { readSecret } from '../../../lambdas/runtime/secret-value.ts';
import { type Answer, type LoopbackServer, openLoopback, type Request } from '../aws/loopback-server.ts';

const ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:key-AbCdEf';

let server: LoopbackServer | undefined;

afterEach(() => server?.close());

async function read(answer: Answer, seen: Request[] = []): Promise<string> {
  server = await openLoopback((request) => {
    seen.push(request);
    return answer;
  });
  const { port } = new URL(server.url);
  return readSecret(ARN, fetch, {
    AWS_SESSION_TOKEN: 'token',
    PARAMETERS_SECRETS_EXTENSION_HTTP_PORT: port,
  });
}

it('asks the extension with the session of the function', async () => {
  const seen: Request[] = [];

  expect(await read({ status: 200, body: JSON.stringify({ SecretString: 'k' }) }, seen)).toBe('k');
  expect(seen[0]?.url.searchParams.get('secretId')).toBe(ARN);
  expect(seen[0]?.headers['x-aws-parameters-secrets-token']).toBe('token');
});

it.each<[string, Answer]>([
  ['a refusal', { status: 403, body: 'canary' }],
  ['a binary secret', { status: 200, body: JSON.stringify({ SecretBinary: 'canary' }) }],
  ['an empty secret', { status: 200, body: JSON.stringify({ SecretString: '' }) }],
])('%s is an error that names the secret and no value', async (_, answer) => {
  const result = read(answer);

  await expect(result).rejects.toMatchObject({ name: 'SecretError', message: expect.stringContaining(ARN) });
  await expect(result).rejects.not.toThrow(/canary/);
});
