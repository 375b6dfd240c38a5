import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LoopbackServer {
  readonly url: string;
  close(): Promise<void>;
}

export interface Request {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** The connection breaks off in the middle of the body. */
  readonly isCut?: boolean;
}

/** `reset`: the connection breaks off without an answer. */
export type Answering = (request: Request) => Promise<Answer | 'reset'> | Answer | 'reset';

/** An HTTP server on a free port of the loopback. */
export async function openLoopback(answering: Answering): Promise<LoopbackServer> {
  const server = createServer((incoming, outgoing) => {
    void answer(incoming, outgoing, answering);
  });
  const { promise: listening, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await listening;
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      await closed.promise;
    },
  };
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  answering: Answering,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const given = await answeredOrFailed(answering, {
    method: incoming.method ?? '',
    url: new URL(incoming.url ?? '/', 'http://127.0.0.1'),
    headers: incoming.headers,
    body: Buffer.concat(chunks),
  });
  if (given === 'reset') {
    incoming.socket.destroy();
    return;
  }
  if (given.isCut === true) {
    const body = Buffer.from(given.body ?? '');
    outgoing.writeHead(given.status, { ...given.headers, 'content-length': body.length });
    outgoing.write(body.subarray(0, body.length / 2), () => incoming.socket.destroy());
    return;
  }
  outgoing.writeHead(given.status, given.headers);
  outgoing.end(given.body);
}

/** A stub that throws shows up in the answer, instead of as a test that waits. */
async function answeredOrFailed(answering: Answering, request: Request): Promise<Answer | 'reset'> {
  try {
    return await answering(request);
  } catch (error) {
    return { status: 400, body: JSON.stringify({ __type: 'StubError', message: String(error) }) };
  }
}
