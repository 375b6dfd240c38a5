import { createHmac, hash } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import type { ClaimAnswer, ClaimRequest, ClaimStore } from '../lambdas/ports/claim-store.ts';

const STATEMENTS_PER_CALL = 25;
const CALLS_AT_ONCE = 8;
const TARGET = 'DynamoDB_20120810.BatchExecuteStatement';
const SCOPE_END = 'eu-west-1/dynamodb/aws4_request';
const SIGNED_HEADERS = 'content-type;host;x-amz-date;x-amz-target';
const STATEMENT = JSON.stringify(
  `INSERT INTO "claims" VALUE {'event_id': ?, 'owner': ?, 'digest': ?, 'expires_at_ms': ?, 'expires_at': ?}`,
);

/**
 * What claims would cost without the SDK: requests written as text and signed here (Signature Version 4). Only to be
 * measured: it answers `granted` to whatever the stub accepts, and knows neither throttles nor retries nor credentials
 * that change.
 */
export class HandSignedClaims implements ClaimStore {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CALLS_AT_ONCE });
  readonly #port: number;
  readonly #keys = new Map<string, Buffer>();

  constructor(port: number) {
    this.#port = port;
  }

  async claim(requests: readonly ClaimRequest[]): Promise<readonly ClaimAnswer[]> {
    const starts = Array.from(
      { length: Math.ceil(requests.length / STATEMENTS_PER_CALL) },
      (_, call) => call * STATEMENTS_PER_CALL,
    ).values();
    await Promise.all(
      Array.from({ length: CALLS_AT_ONCE }, async () => {
        for (const from of starts) await this.#call(requests.slice(from, from + STATEMENTS_PER_CALL));
      }),
    );
    return requests.map(() => ({ kind: 'granted' }));
  }

  close(): void {
    this.#agent.destroy();
  }

  async #call(requests: readonly ClaimRequest[]): Promise<void> {
    const body = `{"Statements":[${requests.map(statementOf).join(',')}]}`;
    const answer = await this.#post(body, this.#headers(body));
    const { Responses: responses }: { readonly Responses: readonly object[] } = JSON.parse(answer);
    if (responses.length !== requests.length) throw new Error(`${responses.length} answers`);
  }

  #post(body: string, headers: Readonly<Record<string, string>>): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const options = {
      host: '127.0.0.1',
      port: this.#port,
      method: 'POST',
      path: '/',
      agent: this.#agent,
      headers,
    };
    const sent = httpRequest(options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
    });
    sent.on('error', reject);
    sent.end(body);
    return promise;
  }

  #headers(body: string): Readonly<Record<string, string>> {
    const time = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
    const host = `127.0.0.1:${this.#port}`;
    const type = 'application/x-amz-json-1.0';
    const canonical = `POST\n/\n\ncontent-type:${type}\nhost:${host}\nx-amz-date:${time}\nx-amz-target:${TARGET}\n\n${SIGNED_HEADERS}\n${hash('sha256', body, 'hex')}`;
    const scope = `${time.slice(0, 8)}/${SCOPE_END}`;
    const toSign = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash('sha256', canonical, 'hex')}`;
    const signature = createHmac('sha256', this.#keyOf(time.slice(0, 8)))
      .update(toSign)
      .digest('hex');
    return {
      'content-type': type,
      'content-length': String(Buffer.byteLength(body)),
      'x-amz-date': time,
      'x-amz-target': TARGET,
      authorization: `AWS4-HMAC-SHA256 Credential=bench/${scope}, SignedHeaders=${SIGNED_HEADERS}, Signature=${signature}`,
    };
  }

  #keyOf(date: string): Buffer {
    const known = this.#keys.get(date);
    if (known !== undefined) return known;
    const parts = [date, ...SCOPE_END.split('/')];
    const key = parts.reduce<Buffer>(
      (secret, part) => createHmac('sha256', secret).update(part).digest(),
      Buffer.from('AWS4bench'),
    );
    this.#keys.set(date, key);
    return key;
  }
}

/** All of it is ASCII without quotes: ids, coordinates, digits. */
function statementOf({ eventId, owner, digest, expiresAtMs }: ClaimRequest): string {
  const expiresAt = Math.ceil(expiresAtMs / 1000);
  return `{"Statement":${STATEMENT},"Parameters":[{"S":"${eventId}"},{"S":"${owner}"},{"S":"${digest}"},{"N":"${expiresAtMs}"},{"N":"${expiresAt}"}],"ReturnValuesOnConditionCheckFailure":"ALL_OLD"}`;
}
