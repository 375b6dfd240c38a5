/** What an ingestion may ask of the web: a plain GET whose redirects come back as answers and are not followed. */
export interface HttpRequest {
  readonly method: 'GET';
  readonly headers: Record<string, string>;
  readonly redirect: 'manual';
  /** Ends the request and the reading of its body. */
  readonly signal: AbortSignal;
}

/** The platform's `fetch` is one. Rejects when no answer came (refused, reset, aborted). */
export type HttpClient = (url: URL, request: HttpRequest) => Promise<Response>;
