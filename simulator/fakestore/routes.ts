import { type FakeStoreData, RESOURCES, type Resource } from './data.ts';
import { inDateRange, listed } from './list-query.ts';
import { login } from './login.ts';

export interface StoreRequest {
  readonly method: string;
  /** Decoded parts of the path, without empty ones. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  /** Parsed JSON of a write; undefined without one. */
  readonly body: unknown;
  readonly nowMs: number;
}

export interface StoreAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const WRITES = ['POST', 'PUT', 'PATCH', 'DELETE'];

/** Ids that the service gives to what is posted: always the same ones, since nothing is stored. */
const POSTED_IDS: Readonly<Record<Resource, number>> = { products: 21, users: 11, carts: 11 };

/** The service's answer to a request, its quirks included; a pure function of the data and the time. */
export function answer(request: StoreRequest, data: FakeStoreData): StoreAnswer {
  const [first, second, third] = request.path;
  if (first === 'auth' && second === 'login' && request.method === 'POST') return login(request, data.users);
  const resource = RESOURCES.find((name) => name === first);
  if (resource === undefined || request.path.length > 3) return notFound(request);
  if (WRITES.includes(request.method)) return answerWrite(request, resource, data);
  if (request.method !== 'GET') return notFound(request);
  if (second === undefined) return answerList(request, rowsOf(resource, data));
  if (third === undefined) return answerItem(request, resource, second, data);
  if (resource === 'products' && second === 'category') {
    return answerList(
      request,
      data.products.filter((product) => product.category === third),
    );
  }
  if (resource === 'carts' && second === 'user') {
    if (!isInteger(third)) return badId('user id');
    return answerList(
      request,
      rowsOf('carts', data).filter((cart) => 'userId' in cart && cart.userId === Number(third)),
    );
  }
  return notFound(request);
}

/** The rows as the service shapes them: people and carts carry their document store's version counter. */
export function rowsOf(resource: Resource, data: FakeStoreData): readonly { readonly id: number }[] {
  if (resource === 'products') return data.products;
  return data[resource].map((row) => ({ ...row, __v: 0 }));
}

export function json(status: number, value: unknown): StoreAnswer {
  return { status, contentType: 'application/json; charset=utf-8', body: JSON.stringify(value) };
}

function answerList(request: StoreRequest, rows: readonly { readonly id: number }[]): StoreAnswer {
  const ranged = inDateRange(rows, request.query, request.nowMs);
  if (ranged === null) {
    return json(400, { status: 'error', message: 'a date filter must look like yyyy-mm-dd' });
  }
  return json(200, listed(ranged, request.query));
}

function answerItem(request: StoreRequest, resource: Resource, id: string, data: FakeStoreData): StoreAnswer {
  if (resource === 'products' && id === 'categories') {
    return json(200, [...new Set(data.products.map((product) => product.category))]);
  }
  if (resource === 'carts' && id === 'user') return notFound(request);
  if (!isInteger(id)) return badId('id');
  return json(200, itemOf(resource, id, data));
}

/** An id that nobody has is answered 200 with null: the service's best known trap. */
function itemOf(resource: Resource, id: string, data: FakeStoreData): unknown {
  return rowsOf(resource, data).find((row) => row.id === Number(id)) ?? null;
}

/** A write is answered as if it had happened, and changes nothing. */
function answerWrite(request: StoreRequest, resource: Resource, data: FakeStoreData): StoreAnswer {
  const [, id, rest] = request.path;
  if (rest !== undefined) return notFound(request);
  if (request.method === 'POST') {
    if (id !== undefined) return notFound(request);
    if (resource === 'users') return json(201, { id: POSTED_IDS.users });
    return json(201, { ...fieldsOf(request.body), id: POSTED_IDS[resource] });
  }
  if (id === undefined) return notFound(request);
  if (!isInteger(id)) return badId('id');
  if (request.method === 'DELETE') return json(200, itemOf(resource, id, data));
  return json(200, { ...fieldsOf(request.body), id: Number(id) });
}

function fieldsOf(body: unknown): object {
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {};
}

function isInteger(text: string): boolean {
  return /^-?\d{1,15}$/.test(text);
}

function badId(what: string): StoreAnswer {
  return json(400, { status: 'error', message: `the ${what} must be an integer` });
}

function notFound(request: StoreRequest): StoreAnswer {
  const path = request.path.map(encodeURIComponent).join('/');
  const body = `<!DOCTYPE html>\n<title>Error</title>\n<pre>No route for ${request.method} /${path}</pre>\n`;
  return { status: 404, contentType: 'text/html; charset=utf-8', body };
}
