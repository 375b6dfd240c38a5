import { createHmac } from 'node:crypto';
import type { CatalogueUser } from '../catalogue.ts';
import type { StoreAnswer, StoreRequest } from './routes.ts';

/** Signs tokens that nobody checks: the service has no route that asks for one. */
const TOKEN_KEY = 'millpond-fakestore-stand-in';

/** `POST /auth/login {username, password}`: 201 with a JWT, 401 in plain text otherwise. */
export function login(request: StoreRequest, users: readonly CatalogueUser[]): StoreAnswer {
  const { username, password } = credentialsOf(request.body);
  if (typeof username !== 'string' || typeof password !== 'string') {
    return plain(400, 'send a username and a password as JSON');
  }
  const user = users.find((one) => one.username === username && one.password === password);
  if (user === undefined) return plain(401, 'no such username and password');
  const issuedAtS = Math.floor(request.nowMs / 1000);
  return {
    status: 201,
    contentType: 'application/json; charset=utf-8',
    body: JSON.stringify({ token: signed({ sub: user.id, user: username, iat: issuedAtS }) }),
  };
}

function credentialsOf(body: unknown): { username?: unknown; password?: unknown } {
  return typeof body === 'object' && body !== null ? body : {};
}

/** A JSON Web Token, HS256 (RFC 7519). */
function signed(claims: object): string {
  const head = base64url(JSON.stringify({ alg: 'HS256', typ: 'JWT' }));
  const content = `${head}.${base64url(JSON.stringify(claims))}`;
  return `${content}.${createHmac('sha256', TOKEN_KEY).update(content).digest('base64url')}`;
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}

function plain(status: number, body: string): StoreAnswer {
  return { status, contentType: 'text/plain; charset=utf-8', body };
}
