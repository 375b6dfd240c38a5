import { type IncomingHttpHeaders, request as send } from 'node:http';
import { type NetworkFaults, uniform } from '../../contract/network-faults.ts';
import type { Answer, Answering, Request } from './loopback-server.ts';
import { forwardSome, jsonAnswer, targetOf } from './partial-batch.ts';

/** Stands between a client and a service and lets things go wrong. */
export function faultProxy(upstreamUrl: string, faults: NetworkFaults): Answering {
  let requests = 0;
  return async (request) => {
    const place = requests++;
    switch (faults(place)) {
      case 'none':
        return forward(upstreamUrl, request);
      case 'error':
        return refusal(request, { status: 500, json: 'InternalServerError', xml: 'InternalError' });
      case 'throttled':
        return refusal(request, { status: 503, json: 'ThrottlingException', xml: 'SlowDown' });
      case 'throttled in part':
        return forwardSome(
          (passed) => forward(upstreamUrl, passed),
          request,
          (index) => uniform(place * 1_009 + index) < 0.5,
        );
      case 'lost request':
        return 'reset';
      case 'lost answer':
        await forward(upstreamUrl, request);
        return 'reset';
      case 'cut answer':
        return { ...(await forward(upstreamUrl, request)), isCut: true };
    }
  };
}

function forward(upstreamUrl: string, { method, url, headers, body }: Request): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const { hostname, port } = new URL(upstreamUrl);
  const options = { hostname, port, method, path: `${url.pathname}${url.search}`, headers };
  const outgoing = send(options, async (incoming) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    resolve({
      status: incoming.statusCode ?? 0,
      headers: passedOn(incoming.headers),
      body: Buffer.concat(chunks),
    });
  });
  outgoing.on('error', reject);
  outgoing.end(body);
  return promise;
}

/** The proxy frames the body anew. */
function passedOn(headers: IncomingHttpHeaders): Record<string, string> {
  const own = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length']);
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (own.has(name) ? [] : [[name, String(value)]])),
  );
}

/** A refusal in the words of the service that was asked. */
function refusal(
  request: Request,
  how: { readonly status: number; readonly json: string; readonly xml: string },
): Answer {
  if (targetOf(request) !== '') {
    const status = how.status === 503 ? 400 : how.status;
    return jsonAnswer(status, { __type: how.json, message: how.json });
  }
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${how.xml}</Code><Message>no</Message></Error>`;
  return { status: how.status, headers: { 'content-type': 'application/xml' }, body };
}
