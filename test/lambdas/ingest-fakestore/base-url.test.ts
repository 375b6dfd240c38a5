import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  InvalidBaseUrlError,
  LIVE_FAKESTORE_URL,
  parseBaseUrl,
} from '../../../lambdas/ingest-fakestore/base-url.ts';
import { redirectFault } from '../../../simulator/fakestore/faults.ts';
import { type FakeStore, startFakeStore } from '../../../simulator/fakestore/start-fakestore.ts';
import { IngestWorld } from './ingest-world.ts';

describe('parseBaseUrl', () => {
  test.each([
    [LIVE_FAKESTORE_URL, 'https://fakestoreapi.com/'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/'],
    ['https://shop.example.com/api/v1', 'https://shop.example.com/api/v1/'],
    ['https://shop.example.com/api/', 'https://shop.example.com/api/'],
  ])('takes %s', (text, url) => {
    expect(parseBaseUrl(text).href).toBe(url);
  });

  test.each([
    ['', /is no URL/],
    ['fakestoreapi.com', /is no URL/],
    ['file:///etc/passwd', /begins with "file:"; http: and https: are allowed/],
    ['ftp://shop.example.com', /begins with "ftp:"/],
    ['javascript:alert(1)', /begins with "javascript:"/],
    ['https://me:secret@shop.example.com', /carries a user name or password/],
    ['https://me@shop.example.com', /carries a user name or password/],
    ['https://shop.example.com/?key=secret', /carries a query or fragment/],
    ['https://shop.example.com/#top', /carries a query or fragment/],
    ['http://169.254.169.254/latest', /link-local host 169\.254\.169\.254/],
    ['http://0xA9FEA9FE', /link-local host 169\.254\.169\.254/],
    ['http://2852039166', /link-local/],
    ['http://[::ffff:169.254.169.254]', /link-local/],
    ['http://[fe80::1]', /link-local/],
    ['http://[fd00:ec2::254]', /link-local/],
  ])('fault 53: refuses %j', (text, message) => {
    const parse = (): URL => parseBaseUrl(text);

    expect(parse).toThrow(InvalidBaseUrlError);
    expect(parse).toThrow(message);
    expect(parse).not.toThrow(/secret/);
  });
});

describe('requests', () => {
  let store: FakeStore;
  let elsewhere: FakeStore;
  beforeEach(async () => {
    store = await startFakeStore();
    elsewhere = await startFakeStore();
  });
  afterEach(() => Promise.all([store.close(), elsewhere.close()]));

  test('fault 53: a redirect is refused and not followed, to whatever host', async () => {
    const world = new IngestWorld();
    store.setFaults('products', [redirectFault(`${elsewhere.url}/products`)]);
    store.setFaults('users', [redirectFault(`${store.url}/users?limit=10`)]);
    store.setFaults('carts', [redirectFault('http://169.254.169.254/latest/meta-data')]);

    const report = await world.ingest(store.url);

    expect(report.kinds.map((kind) => [kind.outcome, kind.attempts, kind.detail])).toEqual(
      Array.from({ length: 3 }, () => [
        'refused',
        1,
        'status 302 points to another address; redirects are not followed',
      ]),
    );
    expect(elsewhere.requests()).toEqual([]);
    expect(store.requests()).toHaveLength(3);
  });

  test('go below the path of the base URL', async () => {
    const world = new IngestWorld();
    const paths: string[] = [];
    const fetch = async (url: URL): Promise<Response> => {
      paths.push(url.href);
      return new Response('{}', { status: 404 });
    };

    await world.ingest('https://shop.example.com/api/v1', { deps: { fetch } });

    expect(paths).toEqual([
      'https://shop.example.com/api/v1/products',
      'https://shop.example.com/api/v1/users',
      'https://shop.example.com/api/v1/carts',
    ]);
  });

  test('a bad base URL is an error before anything is asked for or written', async () => {
    const world = new IngestWorld();

    await expect(world.ingest('ftp://shop.example.com')).rejects.toThrow(InvalidBaseUrlError);
    expect(world.lake.effects).toEqual([]);
  });
});
