/** The public service. It needs nothing but this address; no test and no default setting calls it. */
export const LIVE_FAKESTORE_URL = 'https://fakestoreapi.com';

/** The setting is at fault, not the API: nothing was asked for. */
export class InvalidBaseUrlError extends Error {
  override readonly name = 'InvalidBaseUrlError';
}

/**
 * Checks the address of a store API before anything is sent to it. http and https pass; user names and passwords in
 * it, a query or a fragment do not, nor do link-local addresses, where clouds hand out credentials.
 *
 * @returns the address with a path that ends in `/`
 * @throws InvalidBaseUrlError without repeating what may be a password
 */
export function parseBaseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) {
    throw new InvalidBaseUrlError(`The store's base URL is no URL. Give one such as ${LIVE_FAKESTORE_URL}.`);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new InvalidBaseUrlError(
      `The store's base URL begins with "${url.protocol}"; http: and https: are allowed.`,
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new InvalidBaseUrlError(
      "The store's base URL carries a user name or password. Take them out: the API needs none.",
    );
  }
  if (url.search !== '' || url.hash !== '') {
    throw new InvalidBaseUrlError("The store's base URL carries a query or fragment. Take it out.");
  }
  if (isLinkLocal(url.hostname)) {
    throw new InvalidBaseUrlError(
      `The store's base URL names the link-local host ${url.hostname}, which is no store.`,
    );
  }
  if (!url.pathname.endsWith('/')) url.pathname = `${url.pathname}/`;
  return url;
}

/** 169.254.0.0/16 (also inside an IPv6 address) and fe80::/10; the URL parser has already normalised the spelling. */
function isLinkLocal(hostname: string): boolean {
  return (
    hostname.startsWith('169.254.') ||
    /^\[::ffff:a9fe:/.test(hostname) ||
    /^\[fe[89ab][0-9a-f]:/.test(hostname) ||
    hostname === '[fd00:ec2::254]'
  );
}
