import {
  GetObjectCommand,
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

  async get(key: string): Promise<Uint8Array | null> {
    try {
      const answer = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
      return (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
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
