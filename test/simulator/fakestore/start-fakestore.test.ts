import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PRODUCTS, USERS } from '../../../simulator/catalogue.ts';
import { CATALOGUE_DATA, withoutProduct, withPrice } from '../../../simulator/fakestore/data.ts';
import { HTML_522_FAULT, serverErrorFault } from '../../../simulator/fakestore/faults.ts';
import { type FakeStore, startFakeStore } from '../../../simulator/fakestore/start-fakestore.ts';

let store: FakeStore;
beforeAll(async () => {
  store = await startFakeStore({ nowMs: () => Date.parse('2026-01-01T00:00:00Z') });
});
afterAll(() => store.close());

async function get(path: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${store.url}${path}`);
  return { status: response.status, body: JSON.parse(await response.text()) };
}

async function ids(path: string): Promise<number[]> {
  const { body } = await get(path);
  return Array.isArray(body) ? body.map((row: { id: number }) => row.id) : [];
}

async function send(method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${store.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

describe('lists', () => {
  test('there are 20 products, 10 users and 7 carts', async () => {
    expect(await ids('/products')).toHaveLength(20);
    expect(await ids('/users')).toHaveLength(10);
    expect(await ids('/carts')).toHaveLength(7);
  });

  test('the carts are worth 4,691.27 at catalogue prices, in 14 lines and 42 units of 5 buyers', async () => {
    const prices = new Map(PRODUCTS.map((product) => [product.id, Math.round(product.price * 100)]));
    const response = await fetch(`${store.url}/carts`);
    const carts = JSON.parse(await response.text()) as {
      userId: number;
      products: { productId: number; quantity: number }[];
    }[];

    const cents = carts.map((cart) =>
      cart.products.reduce((sum, line) => sum + line.quantity * (prices.get(line.productId) ?? 0), 0),
    );

    expect(cents).toEqual([79804, 257870, 28390, 43980, 2098, 56000, 985]);
    expect(cents.reduce((sum, each) => sum + each, 0)).toBe(469127);
    const lines = carts.flatMap((cart) => cart.products);
    expect(lines).toHaveLength(14);
    expect(lines.reduce((sum, line) => sum + line.quantity, 0)).toBe(42);
    expect(new Set(carts.map((cart) => cart.userId)).size).toBe(5);
  });

  test('limit takes the first ones, and a limit that is no number limits nothing', async () => {
    expect(await ids('/products?limit=3')).toEqual([1, 2, 3]);
    expect(await ids('/products?limit=many')).toHaveLength(20);
    expect(await ids('/products?limit=0')).toHaveLength(20);
  });

  test('sort=desc sorts by id, before the limit', async () => {
    expect(await ids('/products?sort=desc&limit=2')).toEqual([20, 19]);
    expect(await ids('/users?sort=desc&limit=1')).toEqual([10]);
  });

  test('startdate is inclusive and enddate exclusive', async () => {
    expect(await ids('/carts?startdate=2020-01-02&enddate=2020-03-01')).toEqual([2]);
    expect(await ids('/carts?startdate=2020-03-02')).toEqual([1]);
    expect(await ids('/carts?enddate=2020-01-02')).toEqual([4]);
    expect((await get('/carts?startdate=yesterday')).status).toBe(400);
    expect((await get('/carts?startdate=2020-02-31')).status).toBe(400);
  });

  test('a user and a category have lists of their own', async () => {
    expect(await ids('/carts/user/3')).toEqual([4, 5]);
    expect(await ids('/carts/user/3?startdate=2020-02-01')).toEqual([5]);
    expect(await ids("/products/category/men's%20clothing")).toEqual([1, 2, 3, 4]);
    expect(await ids('/products/category/none')).toEqual([]);
    expect((await get('/products/categories')).body).toEqual([
      "men's clothing",
      'jewelery',
      'electronics',
      "women's clothing",
    ]);
  });

  test('users carry their password in clear, as in the original', async () => {
    const { body } = await get('/users/1');

    expect(body).toEqual({ ...USERS[0], __v: 0 });
  });
});

describe('single entities', () => {
  test('an unknown id is answered 200 with null', async () => {
    expect(await get('/products/999')).toEqual({ status: 200, body: null });
    expect(await get('/carts/0')).toEqual({ status: 200, body: null });
  });

  test('an id that is no integer is answered 400', async () => {
    expect((await get('/products/abc')).status).toBe(400);
    expect((await get('/users/1.5')).status).toBe(400);
    expect((await get('/carts/user/me')).status).toBe(400);
  });

  test('an unknown route is answered 404 in HTML', async () => {
    const response = await fetch(`${store.url}/orders/<b>`);

    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(await response.text()).not.toContain('<b>');
  });
});

describe('writes', () => {
  test('a post gets the same new id each time and is not stored', async () => {
    const first = await send('POST', '/products', { title: 'Boots', price: 5 });
    const second = await send('POST', '/products', { title: 'Boots', price: 5 });

    expect([first.status, await first.json()]).toEqual([201, { title: 'Boots', price: 5, id: 21 }]);
    expect(await second.json()).toEqual({ title: 'Boots', price: 5, id: 21 });
    expect(await (await send('POST', '/carts', { userId: 1 })).json()).toEqual({ userId: 1, id: 11 });
    expect(await (await send('POST', '/users', { username: 'a', password: 'b' })).json()).toEqual({ id: 11 });
    expect(await get('/products/21')).toEqual({ status: 200, body: null });
  });

  test('a put, a patch and a delete are answered and change nothing', async () => {
    expect(await (await send('PUT', '/products/7', { price: 1 })).json()).toEqual({ price: 1, id: 7 });
    expect(await (await send('PATCH', '/carts/7', { userId: 2 })).json()).toEqual({ userId: 2, id: 7 });
    expect(await (await send('DELETE', '/products/7')).json()).toEqual(PRODUCTS[6]);
    expect((await get('/products/7')).body).toEqual(PRODUCTS[6]);
  });

  test('a body that is no JSON is answered 400', async () => {
    const response = await fetch(`${store.url}/products`, { method: 'POST', body: '{"title":' });

    expect(response.status).toBe(400);
  });

  test('login gives a token for the right password and 401 in plain text otherwise', async () => {
    const right = await send('POST', '/auth/login', {
      username: USERS[1]?.username,
      password: USERS[1]?.password,
    });
    const wrong = await send('POST', '/auth/login', { username: 'johnd', password: 'guess' });
    const missing = await send('POST', '/auth/login', { username: 'johnd' });

    const { token } = (await right.json()) as { token: string };
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    expect([right.status, claims]).toEqual([201, { sub: 2, user: 'mor_2314', iat: 1_767_225_600 }]);
    expect(wrong.status).toBe(401);
    expect(wrong.headers.get('content-type')).toContain('text/plain');
    expect(missing.status).toBe(400);
  });
});

describe('control', () => {
  test('prices and products change between two snapshots', async () => {
    store.setData(withoutProduct(withPrice(CATALOGUE_DATA, 1, 99.5), 2));

    const { body } = await get('/products?limit=2');
    store.setData(CATALOGUE_DATA);

    expect(body).toMatchObject([{ id: 1, price: 99.5 }, { id: 3 }]);
  });

  test('a fault spoils as many requests as told, then the next fault, then none', async () => {
    store.setFaults('products', [serverErrorFault(1), { ...HTML_522_FAULT, times: 1 }]);

    const statuses: number[] = [];
    for (let request = 0; request < 3; request += 1) {
      const response = await fetch(`${store.url}/products`);
      await response.text();
      statuses.push(response.status);
    }

    expect(statuses).toEqual([500, 522, 200]);
  });

  test('it counts the requests', async () => {
    const before = store.requests().length;

    await get('/users?limit=1');

    expect(store.requests().slice(before)).toEqual(['GET /users']);
  });

  test('it closes under an open request, and a taken port is an error', async () => {
    const other = await startFakeStore({ faults: { carts: [{ kind: 'hang' }] } });
    const port = Number(new URL(other.url).port);
    const open = fetch(`${other.url}/carts`);

    await expect(startFakeStore({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const refused = expect(open).rejects.toThrow();
    while (other.requests().length === 0) await fetch(`${other.url}/products/1`).then((r) => r.text());
    await other.close();

    await refused;
  });
});
