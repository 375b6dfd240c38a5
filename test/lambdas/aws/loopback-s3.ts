import type { Answer, Request } from './loopback-server.ts';

/** S3 gives 1,000; with fewer, a list of the contract has many pages, and one that ends with a full page. */
const KEYS_PER_PAGE = 100;

/**
 * S3's wire for conditional PUT, GET, tags and paged lists, over a map. A version of an object is one of the name
 * `key?versionId=id`. `fault` may answer in its place, before or after the effect.
 */
export class LoopbackS3 {
  readonly objects = new Map<string, Buffer>();
  /** By object or version; the text that was sent. */
  readonly tags = new Map<string, string>();
  readonly puts: { readonly key: string; readonly ifNoneMatch: string | undefined }[] = [];
  fault: (request: Request, perform: () => Answer) => Answer | 'reset' = (_, perform) => perform();

  answer(request: Request): Answer | 'reset' {
    return this.fault(request, () => this.#perform(request));
  }

  #perform(request: Request): Answer {
    const [, , ...parts] = request.url.pathname.split('/');
    const query = request.url.searchParams;
    const version = query.has('versionId') ? `?versionId=${query.get('versionId')}` : '';
    const key = decodeURIComponent(parts.join('/')) + version;
    if (request.method === 'GET' && query.get('list-type') === '2') {
      return this.#list(query);
    }
    const stored = this.objects.get(key);
    if (request.method === 'GET') {
      if (stored === undefined) return failure(404, version === '' ? 'NoSuchKey' : 'NoSuchVersion');
      return partOf(stored, request.headers.range);
    }
    if (query.has('tagging')) {
      this.tags.set(key, request.body.toString('utf8'));
      return { status: 200 };
    }
    const ifNoneMatch = request.headers['if-none-match'];
    this.puts.push({ key, ifNoneMatch });
    if (stored !== undefined && ifNoneMatch === '*') return failure(412, 'PreconditionFailed');
    this.objects.set(key, request.body);
    return { status: 200, headers: { etag: '"0"' } };
  }

  /** The token is the last key of the page before. */
  #list(query: URLSearchParams): Answer {
    const after = query.get('continuation-token') ?? '';
    const keys = [...this.objects.keys()]
      .filter((key) => key.startsWith(query.get('prefix') ?? '') && key > after)
      .sort();
    const page = keys.slice(0, KEYS_PER_PAGE);
    const contents = page.map((key) => `<Contents><Key>${key}</Key></Contents>`).join('');
    const isTruncated = keys.length > page.length;
    const next = isTruncated ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
    return {
      status: 200,
      headers: { 'content-type': 'application/xml' },
      body: `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><IsTruncated>${isTruncated}</IsTruncated>${next}${contents}</ListBucketResult>`,
    };
  }
}

/** `bytes=5-`: the rest from there, or 416 when there is none. */
function partOf(body: Buffer, range: string | undefined): Answer {
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  if (from === 0) return { status: 200, body };
  return from < body.length ? { status: 206, body: body.subarray(from) } : failure(416, 'InvalidRange');
}

export function failure(status: number, code: string): Answer {
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`,
  };
}
