import { randomUUID } from 'node:crypto';
import {
  CreateBucketCommand,
  GetObjectTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { describe, expect, it, vi } from 'vitest';
import { S3LandingZone } from '../../lambdas/aws/s3-landing-zone.ts';
import { S3ObjectStore } from '../../lambdas/aws/s3-object-store.ts';
import type { DropReport } from '../../lambdas/ingest-files/take-dropped-file.ts';
import type { ServicePlace } from '../lambdas/aws/aws-subjects.ts';
import { order, ordersCsv } from '../lambdas/ingest-files/file-world.ts';
import { s3Notice } from '../lambdas/ingest-files/s3-notice.ts';
import { lambdaContext } from '../lambdas/runtime/lambda-events.ts';
import { openLakeOnMiniStack } from './lake-on-ministack.ts';
import { onEmulator } from './on-emulator.ts';

/** A bucket with versions, and files that are dropped into it. */
class LandingOnMiniStack {
  readonly name = `landing-${randomUUID()}`;
  readonly client: S3Client;

  constructor(place: ServicePlace) {
    this.client = new S3Client({ ...place, forcePathStyle: true });
  }

  async create(): Promise<void> {
    await this.client.send(new CreateBucketCommand({ Bucket: this.name }));
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await this.client.send(new PutBucketVersioningCommand({ Bucket: this.name, VersioningConfiguration }));
  }

  async drop(key: string, text: string) {
    const { VersionId: versionId = '' } = await this.client.send(
      new PutObjectCommand({ Bucket: this.name, Key: key, Body: text }),
    );
    return { key, versionId };
  }

  async isTaken({ key, versionId }: { readonly key: string; readonly versionId: string }): Promise<boolean> {
    const { TagSet: tags = [] } = await this.client.send(
      new GetObjectTaggingCommand({ Bucket: this.name, Key: key, VersionId: versionId }),
    );
    return tags.some(({ Key, Value }) => Key === 'millpond' && Value === 'taken');
  }
}

/** The function's own handler, with its settings, as a new execution environment would load it. */
async function loadHandler(place: ServicePlace, variables: Readonly<Record<string, string>>) {
  vi.resetModules();
  Object.assign(process.env, {
    ...variables,
    POWERTOOLS_DEV: 'true',
    AWS_ENDPOINT_URL: place.endpoint,
    AWS_REGION: place.region,
    AWS_ACCESS_KEY_ID: place.credentials?.accessKeyId,
    AWS_SECRET_ACCESS_KEY: place.credentials?.secretAccessKey,
  });
  const { handler } = await import('../../lambdas/ingest-files/handler.ts');
  return (event: unknown): Promise<DropReport> => handler(event, lambdaContext(900_000));
}

onEmulator('miniStack', (name, place) => {
  describe(`dropped files on S3 of ${name}`, () => {
    it('the version that a notice names is taken, reported and marked, whatever was dropped over it', async () => {
      const lake = await openLakeOnMiniStack(place);
      const landing = new LandingOnMiniStack(place);
      await landing.create();
      const handler = await loadHandler(place, { ...lake.variables, LANDING_BUCKET: landing.name });
      const KEY = 'landing/orders/März 1+2.csv';
      const first = await landing.drop(KEY, ordersCsv(order(1), order(2)));
      const second = await landing.drop(KEY, ordersCsv(order(3, 'free')));

      const answers = [
        await handler(s3Notice(first)),
        await handler(s3Notice(second)),
        await handler(s3Notice(first)),
      ];

      const rows = await lake.ledger.rows();
      const reports = new S3ObjectStore({ client: landing.client, bucket: landing.name });
      expect(answers.map(({ outcome }) => outcome)).toEqual(['landed', 'refused', 'skipped']);
      expect(rows.map(({ source, accepted, fileName }) => [source, accepted, fileName])).toEqual([
        ['file_orders', 2, 'März 1+2.csv'],
      ]);
      expect((await lake.lines('raw/file_orders/')).map((line) => line.order_id)).toEqual(['A-1', 'A-2']);
      expect(await Array.fromAsync(reports.list('reports/'))).toHaveLength(2);
      expect([await landing.isTaken(first), await landing.isTaken(second)]).toEqual([true, false]);
      lake.close();
      landing.client.destroy();
    });

    it('a file of many parts of the wire is read whole, twice alike', async () => {
      const landing = new LandingOnMiniStack(place);
      await landing.create();
      const text = Array.from({ length: 200_000 }, (_, n) => order(n)).join('\n');
      const file = await landing.drop('landing/large.csv', text);
      const zone = new S3LandingZone({ client: landing.client, bucket: landing.name });

      const read = async () => Buffer.concat(await Array.fromAsync(zone.open(file).open()));

      expect([(await read()).equals(Buffer.from(text)), (await read()).equals(Buffer.from(text))]).toEqual([
        true,
        true,
      ]);
      landing.client.destroy();
    });
  });
});
