import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { CATALOGUE_DATA, type FakeStoreData, RESOURCES, type Resource } from './data.ts';
import { alteredAnswer, type Fault, type SentAnswer } from './faults.ts';
import { answer, json, rowsOf, type StoreRequest } from './routes.ts';
import { spoil } from './spoiled-connection.ts';

const LOOPBACK = '127.0.0.1';
const MAX_WRITE_BYTES = 1_048_576;

export interface FakeStoreOptions {
  /** Absent or 0: any free port. */
  readonly port?: number;
  readonly data?: FakeStoreData;
  readonly faults?: Readonly<Partial<Record<Resource, readonly Fault[]>>>;
  /** What the service takes for now, as the default end of a date range. Absent: the system's clock. */
  readonly nowMs?: () => number;
}

export interface FakeStore {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  /** Requests so far, as `GET /products`, in the order of their arrival. */
  requests(): readonly string[];
  /** Those of them that were answered with 304: the client has the very answer. */
  unmodified(): readonly string[];
  /** Replaces what is served from now on. */
  setData(data: FakeStoreData): void;
  data(): FakeStoreData;
  /** Replaces the faults of a resource's list: the first that is not used up spoils the next request. */
  setFaults(resource: Resource, faults: readonly Fault[]): void;
  /** Stops at once, also under open requests. */
  close(): Promise<void>;
}

interface State {
  data: FakeStoreData;
  readonly faults: Map<Resource, { readonly fault: Fault; used: number }[]>;
  readonly requests: string[];
  readonly unmodified: string[];
  readonly nowMs: () => number;
}

/**
 * Starts a stand-in of the FakeStore API on the loopback address: its routes, shapes and quirks over the simulator's
 * catalogue, with faults on demand. Passwords stand in clear in `/users`, as in the original.
 *
 * Throws when the port is taken.
 */
export async function startFakeStore(options: FakeStoreOptions = {}): Promise<FakeStore> {
  const state: State = {
    data: options.data ?? CATALOGUE_DATA,
    faults: new Map(),
    requests: [],
    unmodified: [],
    nowMs: options.nowMs ?? Date.now,
  };
  const setFaults = (resource: Resource, faults: readonly Fault[]): void => {
    state.faults.set(
      resource,
      faults.map((fault) => ({ fault, used: 0 })),
    );
  };
  for (const resource of RESOURCES) setFaults(resource, options.faults?.[resource] ?? []);
  const server = createServer((request, response) => {
    serve(request, response, state).catch(() => response.destroy());
  });
  const port = await listen(server, options.port ?? 0);
  return {
    url: `http://${LOOPBACK}:${port}`,
    requests: () => [...state.requests],
    unmodified: () => [...state.unmodified],
    setData: (data) => {
      state.data = data;
    },
    data: () => state.data,
    setFaults,
    close: () => stop(server),
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });
}

async function serve(message: IncomingMessage, response: ServerResponse, state: State): Promise<void> {
  const method = message.method ?? 'GET';
  const request = await parsedRequest(message, method, state.nowMs());
  if (request === null) return send(response, json(400, { status: 'error', message: 'send JSON' }));
  const line = `${method} /${request.path.join('/')}`;
  state.requests.push(line);
  const right = answer(request, state.data);
  const resource = RESOURCES.find((name) => name === request.path[0]);
  if (resource === undefined || method !== 'GET' || request.path.length > 1) return send(response, right);
  const fault = nextFault(state, resource);
  const altered = fault === null ? right : alteredAnswer(fault, right, rowsOf(resource, state.data));
  if (fault !== null && altered === null) return spoil(response, fault, right);
  if (altered === null) return;
  if (fault?.kind === 'answer') return send(response, altered, fault.headers);
  const etag = etagOf(altered.body);
  if (message.headers['if-none-match'] !== etag) return send(response, altered, { etag });
  state.unmodified.push(line);
  response.writeHead(304, { etag, 'access-control-allow-origin': '*' });
  response.end();
}

/** A weak validator of a list, as the service's framework makes one of whatever it sends. */
function etagOf(body: string | Uint8Array): string {
  const digest = createHash('sha256').update(body).digest('base64url').slice(0, 27);
  return `W/"${Buffer.byteLength(body).toString(16)}-${digest}"`;
}

function nextFault(state: State, resource: Resource): Fault | null {
  const entry = state.faults.get(resource)?.find(({ fault, used }) => used < (fault.times ?? Infinity));
  if (entry === undefined) return null;
  entry.used += 1;
  return entry.fault;
}

/** Null when a write's body is no JSON, or too much of it, or the address is no proper one. */
async function parsedRequest(
  message: IncomingMessage,
  method: string,
  nowMs: number,
): Promise<StoreRequest | null> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of message) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_WRITE_BYTES) return null;
    chunks.push(chunk);
  }
  try {
    const url = new URL(message.url ?? '/', `http://${LOOPBACK}`);
    const path = url.pathname.split('/').filter(Boolean).map(decodeURIComponent);
    const text = Buffer.concat(chunks).toString('utf8');
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    return { method, path, query: url.searchParams, body, nowMs };
  } catch {
    return null;
  }
}

function send(
  response: ServerResponse,
  content: SentAnswer,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(content.status, {
    'content-type': content.contentType,
    'content-length': Buffer.byteLength(content.body),
    'access-control-allow-origin': '*',
    ...headers,
  });
  response.end(content.body);
}
