import type { HttpClient } from '../ports/http-client.ts';

/** Where the Parameters and Secrets extension listens, unless its own variable says otherwise. */
const EXTENSION_PORT = '2773';
const TIMEOUT_MS = 5_000;

/** The secret could not be read. Never carries its value. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
}

/**
 * The text of a Secrets Manager secret, asked from Lambda's own extension, which signs, caches and retries; so no
 * SDK client is needed. Only inside an invocation: the extension answers nothing before. Throws SecretError.
 */
export async function readSecret(
  secretArn: string,
  http: HttpClient,
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string> {
  const port = variables.PARAMETERS_SECRETS_EXTENSION_HTTP_PORT ?? EXTENSION_PORT;
  const url = new URL(`http://localhost:${port}/secretsmanager/get`);
  url.searchParams.set('secretId', secretArn);
  const answer = await http(url, {
    method: 'GET',
    headers: { 'X-Aws-Parameters-Secrets-Token': variables.AWS_SESSION_TOKEN ?? '' },
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!answer.ok) throw new SecretError(`The secrets extension answered ${answer.status} for ${secretArn}`);
  const body: unknown = await answer.json();
  if (typeof body !== 'object' || body === null || !('SecretString' in body)) {
    throw new SecretError(`The secrets extension answered without a SecretString for ${secretArn}`);
  }
  const { SecretString: value } = body;
  if (typeof value !== 'string' || value === '') {
    throw new SecretError(`Secret ${secretArn} is empty: put a value into it`);
  }
  return value;
}
