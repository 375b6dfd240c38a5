import { Readable } from 'node:stream';
import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  PutObjectTaggingCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { TAKEN_TAG } from '../domain/datasets/taken-tag.ts';
import type { InputFile } from '../ports/input-file.ts';
import type { DroppedFile, LandingZone } from '../ports/landing-zone.ts';
import { type Backoff, pauseWithJitter, systemBackoff } from './backoff.ts';

/** In a row without a byte between them. */
const READ_ATTEMPTS = 5;
const READ_PAUSE = { baseMs: 100, capMs: 5_000 };

/** Files of one versioned S3 bucket. A file that was taken is tagged; a rule of the bucket lets it go by that. */
export class S3LandingZone implements LandingZone {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #backoff: Backoff;

  constructor(options: { client: S3Client; bucket: string; backoff?: Backoff }) {
    this.#client = options.client;
    this.#bucket = options.bucket;
    this.#backoff = options.backoff ?? systemBackoff;
  }

  open(file: DroppedFile): InputFile {
    return { name: file.key.slice(file.key.lastIndexOf('/') + 1), open: () => this.#bytes(file) };
  }

  async markTaken({ key, versionId }: DroppedFile): Promise<void> {
    await this.#client.send(
      new PutObjectTaggingCommand({
        Bucket: this.#bucket,
        Key: key,
        VersionId: versionId,
        Tagging: { TagSet: [{ Key: TAKEN_TAG.key, Value: TAKEN_TAG.value }] },
      }),
    );
  }

  /** A body that breaks off is read on from where it broke, since the SDK repeats requests alone. */
  async *#bytes(file: DroppedFile): AsyncGenerator<Uint8Array> {
    let readBytes = 0;
    for (let attempt = 0; ; attempt += 1) {
      const body = await this.#bodyFrom(file, readBytes);
      try {
        for await (const chunk of body) {
          readBytes += chunk.length;
          attempt = 0;
          yield chunk;
        }
        return;
      } catch (error) {
        if (error instanceof S3ServiceException || attempt + 1 >= READ_ATTEMPTS) throw error;
        await pauseWithJitter(this.#backoff, attempt, READ_PAUSE);
      }
    }
  }

  async #bodyFrom({ key, versionId }: DroppedFile, fromByte: number): Promise<AsyncIterable<Uint8Array>> {
    try {
      const answer = await this.#client.send(
        new GetObjectCommand({
          Bucket: this.#bucket,
          Key: key,
          VersionId: versionId,
          ...(fromByte === 0 ? {} : { Range: `bytes=${fromByte}-` }),
        }),
      );
      return readableOf(answer, key);
    } catch (error) {
      // The connection broke after the last byte.
      if (fromByte > 0 && statusOf(error) === 416) return Readable.from([]);
      throw error;
    }
  }
}

function readableOf({ Body }: GetObjectCommandOutput, key: string): Readable {
  if (Body instanceof Readable) return Body;
  throw new Error(`S3 answered for ${key} without a body`);
}

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}
