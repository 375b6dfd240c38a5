import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { ObjectStore } from '../ports/object-store.ts';
import { type Backoff, pauseWithJitter, systemBackoff } from './backoff.ts';

const CONFLICT_ATTEMPTS = 5;
const CONFLICT_PAUSE = { baseMs: 50, capMs: 1_000 };
const READ_ATTEMPTS = 5;
const READ_PAUSE = { baseMs: 50, capMs: 1_000 };

/**
 * Objects of one S3 bucket. Writing is conditional (`If-None-Match: *`): 412 means that the key is taken, which is
 * success, since a key names its content; so a write whose answer was lost passes when the SDK repeats it. 409 means
 * that another write of the key is under way: asked again. Whatever else S3 refuses is thrown after the SDK's retries.
 */
export class S3ObjectStore implements ObjectStore {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #backoff: Backoff;

  constructor(options: { client: S3Client; bucket: string; backoff?: Backoff }) {
    this.#client = options.client;
    this.#bucket = options.bucket;
    this.#backoff = options.backoff ?? systemBackoff;
  }

  async putIfAbsent(key: string, body: Uint8Array): Promise<'created' | 'exists'> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.#client.send(
          new PutObjectCommand({ Bucket: this.#bucket, Key: key, Body: body, IfNoneMatch: '*' }),
        );
        return 'created';
      } catch (error) {
        const status = statusOf(error);
        if (status === 412) return 'exists';
        if (status !== 409 || attempt + 1 >= CONFLICT_ATTEMPTS) throw error;
        await pauseWithJitter(this.#backoff, attempt, CONFLICT_PAUSE);
      }
    }
  }

  /** The SDK asks again for an answer that never came, but not for a body that breaks off: that is done here. */
  async get(key: string): Promise<Uint8Array | null> {
    for (let attempt = 0; ; attempt += 1) {
      const body = await this.#open(key);
      if (body === null) return null;
      try {
        return await body.transformToByteArray();
      } catch (error) {
        if (attempt + 1 >= READ_ATTEMPTS) throw error;
        await pauseWithJitter(this.#backoff, attempt, READ_PAUSE);
      }
    }
  }

  async #open(key: string): Promise<NonNullable<GetObjectCommandOutput['Body']> | null> {
    try {
      const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
      if (Body === undefined) throw new Error(`S3 answered for ${key} without a body`);
      return Body;
    } catch (error) {
      if (error instanceof NoSuchKey) return null;
      throw error;
    }
  }

  async *list(prefix: string): AsyncGenerator<string> {
    for (let continuation: string | undefined, isFirst = true; isFirst || continuation !== undefined; ) {
      isFirst = false;
      const page = await this.#client.send(
        new ListObjectsV2Command({
          Bucket: this.#bucket,
          Prefix: prefix,
          ...(continuation === undefined ? {} : { ContinuationToken: continuation }),
        }),
      );
      for (const { Key: key } of page.Contents ?? []) if (key !== undefined) yield key;
      continuation = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    }
  }

  locationOf(key: string): string {
    return `s3://${this.#bucket}/${key}`;
  }
}

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}
