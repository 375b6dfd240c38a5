import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { BodyTooLargeError, readBody } from '../../../lambdas/ingest-fakestore/read-body.ts';
import { startFakeStore } from '../../../simulator/fakestore/start-fakestore.ts';
import { IngestWorld } from './ingest-world.ts';

describe('readBody', () => {
  test('takes a body of the limit, and not one byte more', async () => {
    expect(await readBody(new Response('x'.repeat(1_000)), 1_000)).toHaveLength(1_000);
    await expect(readBody(new Response('x'.repeat(1_001)), 1_000)).rejects.toThrow(BodyTooLargeError);
  });

  test('gives no bytes for an answer without a body', async () => {
    expect(await readBody(new Response(null), 10)).toHaveLength(0);
  });

  test('stops reading at the first byte too many', async () => {
    let pulls = 0;
    const endless = new ReadableStream({
      pull: (controller) => {
        pulls += 1;
        controller.enqueue(new Uint8Array(100));
      },
    });

    await expect(readBody(new Response(endless), 1_000)).rejects.toThrow('larger than 1000 bytes');
    expect(pulls).toBeLessThan(15);
  });
});

test('fault 45: a compressed body is measured as it unpacks', async () => {
  const bomb = gzipSync(Buffer.alloc(20_000_000, ' '));
  const store = await startFakeStore();
  const world = new IngestWorld();
  store.setFaults('carts', [
    {
      kind: 'answer',
      status: 200,
      contentType: 'application/json',
      body: bomb,
      headers: { 'content-encoding': 'gzip' },
    },
  ]);

  const report = await world.ingestKind('carts', store.url);
  await store.close();

  expect(report).toMatchObject({ outcome: 'refused', detail: 'the body is larger than 16777216 bytes' });
});
