import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fewerRowsFault } from '../../simulator/fakestore/faults.ts';
import { startFakeStore } from '../../simulator/fakestore/start-fakestore.ts';
import { order, ordersCsv } from '../lambdas/ingest-files/file-world.ts';
import { s3Notice } from '../lambdas/ingest-files/s3-notice.ts';
import { useBundles } from './invoked-bundles.ts';
import { synthesizeWithBundles } from './synthesized.ts';

const bundles = useBundles(synthesizeWithBundles('dev', ['millpond-dev-batch']));
const { invoke } = bundles;

it('the bundle of ingest-fakestore takes a snapshot, without a password or an e-mail address', async () => {
  const store = await startFakeStore();
  try {
    const { answer, log } = await invoke(
      'IngestFakestore',
      { slot: '2026-01-31T10:00:00Z' },
      {
        FAKESTORE_URL: store.url,
        EMAIL_KEY_SECRET_ARN: 'arn',
        PARAMETERS_SECRETS_EXTENSION_HTTP_PORT: new URL(bundles.url).port,
      },
    );

    expect(answer).toMatchObject({
      slot: '2026-01-31T10:00:00.000Z',
      kinds: Array(3).fill({ outcome: 'accepted' }),
    });
    expect(bundles.s3.objects.size).toBe(3);
    for (const body of bundles.s3.objects.values()) {
      expect(gunzipSync(body).toString()).not.toMatch(/@|password/);
    }
    expect(log).toContain('"FakestoreAccepted":3');
    expect(log).not.toContain('@');
  } finally {
    await store.close();
  }
});

it('fault 32: the bundle of ingest-fakestore takes half a catalogue when it is asked to, for that slot', async () => {
  const store = await startFakeStore();
  const variables = {
    FAKESTORE_URL: store.url,
    EMAIL_KEY_SECRET_ARN: 'arn',
    PARAMETERS_SECRETS_EXTENSION_HTTP_PORT: new URL(bundles.url).port,
  };
  const outcomes = async (event: object): Promise<unknown> => {
    const { answer } = await invoke('IngestFakestore', event, variables);
    return (answer as { kinds: { outcome: string }[] }).kinds.map(({ outcome }) => outcome);
  };
  try {
    await outcomes({ slot: '2026-01-31T10:00:00Z' });
    store.setFaults('products', [fewerRowsFault(10)]);
    const slot = '2026-01-31T11:00:00Z';

    expect(await outcomes({ slot })).toEqual(['refused', 'unchanged', 'unchanged']);
    expect(await outcomes({ slot, acceptShrink: ['products'] })).toEqual([
      'accepted',
      'unchanged',
      'unchanged',
    ]);
    await expect(outcomes({ slot, acceptShrink: ['prices'] })).rejects.toThrow(/products, users, carts/);
    expect(store.unmodified()).toHaveLength(2);
  } finally {
    await store.close();
  }
});

describe('the bundle of ingest-files', () => {
  const KEY = 'landing/orders/canary name.csv';
  const VARIABLES = { LANDING_BUCKET: 'landing', COMPRESSION_CODEC: 'gzip', COMPRESSION_LEVEL: '1' };
  const GOOD = ordersCsv(order(1), order(2));
  const drop = (text: string) => {
    bundles.s3.objects.set(`${KEY}?versionId=v1`, Buffer.from(text));
    return invoke('DroppedFilesIngestion', s3Notice({ key: KEY }), VARIABLES);
  };
  const keys = () => [...bundles.s3.objects.keys()].filter((key) => !key.startsWith('landing/')).sort();

  it('takes a dropped file: objects, one ledger row, a report, and then its mark', async () => {
    const { answer, log } = await drop(GOOD);

    expect(answer).toMatchObject({ outcome: 'landed', dataset: 'orders', accepted: 2 });
    expect(keys().map((key) => key.split('/').slice(0, 2).join('/'))).toEqual([
      'raw/file_orders',
      'reports/orders',
    ]);
    expect(
      bundles.dynamoDb
        .items('ledger')
        .map((item) => item.kind?.S)
        .sort(),
    ).toEqual(['row#file_orders', 'unstaged#file_orders']);
    expect([...bundles.s3.tags.keys()]).toEqual([`${KEY}?versionId=v1`]);
    expect(log).toContain('"FilesLanded":1');
    expect(log).not.toMatch(/canary|c-1|A-1/);
  });

  it('fault 33: takes it once, however often it is told of it', async () => {
    await drop(GOOD);
    const before = keys();

    const { answer } = await drop(GOOD);

    expect(answer).toMatchObject({ outcome: 'skipped' });
    expect(keys()).toEqual(before);
    expect(bundles.dynamoDb.items('ledger')).toHaveLength(2);
  });

  it('leaves a refused file where it is, with a report beside it', async () => {
    const { answer, log } = await drop(ordersCsv(order(1), order(2, 'canary')));

    expect(answer).toMatchObject({ outcome: 'refused', problem: 'too_many_bad_rows' });
    expect(keys()).toEqual([(answer as { report: string }).report]);
    expect(bundles.s3.tags.size).toBe(0);
    expect(log).toContain('"FilesRefused":1');
    expect(log).not.toContain('c-1');
  });

  it('throws what S3 refuses, and writes nothing', async () => {
    bundles.s3.fault = () => ({ status: 403, body: '<Error><Code>AccessDenied</Code></Error>' });

    await expect(drop(GOOD)).rejects.toThrow(/AccessDenied/);
    expect(keys()).toEqual([]);
  });
});
