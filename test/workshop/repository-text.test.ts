import { describe, expect, it } from 'vitest';
import { readRepository } from '../architecture/source-tree.ts';
import { FORBIDDEN_TEXTS } from './repository-text.ts';

const REPOSITORY = readRepository();
const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN';

/** Put together here, so that this file holds none of them either. */
const PLANTED: Readonly<Record<string, readonly string[]>> = {
  'the host of a package registry or mirror': [
    ['https:', '', 'registry.npmjs.org', 'zod'].join('/'),
    ['http:', '', 'nexus.example.com:8081', 'npm'].join('/'),
  ],
  'a registry setting': [['regis', 'try=x'].join(''), ['@acme:regis', 'try = x'].join('')],
  'a path of one machine': [['', 'home', 'ann', 'shop'].join('/'), `cd ${['', 'work', 'main'].join('/')}`],
  'a drive of one machine': [['C:', 'Users', 'ann'].join('\\')],
  'an AWS access key id': [`AKIA${letters.slice(0, 16).toUpperCase()}`],
  'an AWS secret key': [`aws_secret_access_key = ${letters}`, `secretAccessKey: '${letters}'`],
  'a private key': [['-----BEGIN RSA', 'PRIVATE KEY-----'].join(' ')],
  'a token of a code host': [`ghp_${letters.slice(0, 36)}`],
  'a token of a package registry': [`npm_${letters.slice(0, 36)}`, ['//host/:_auth', 'Token=x'].join('')],
  'a token of a chat or payment service': [`xoxb-${letters.slice(0, 12)}`],
  'a signed web token': [`eyJ${letters}.eyJ${letters}.${letters}`],
  'a password in an address': [['postgres:', '', 'ann:hunter2@db.shop.io'].join('/')],
};

describe.each(FORBIDDEN_TEXTS)('$name', ({ name, pattern }) => {
  it('stands in no file', () => {
    const found = REPOSITORY.flatMap(({ path, text }) => {
      const match = pattern.exec(text);
      return match === null ? [] : [`${path}:${text.slice(0, match.index).split('\n').length}`];
    });

    expect(found).toEqual([]);
  });

  it('is found where it is planted', () => {
    const planted = PLANTED[name] ?? [];

    expect(planted.length).toBeGreaterThan(0);
    expect(planted.filter((text) => !pattern.test(text))).toEqual([]);
  });
});

it('allows what only resembles one', () => {
  const harmless = [
    'https://nodejs.org',
    'raw/events/home/page',
    '/products/7',
    'https://user@shop.io/x',
    'https://user:word@shop.example.com/x',
    'skip_token = nextToken',
    'const registryName = 1;',
  ];

  for (const { pattern } of FORBIDDEN_TEXTS) {
    expect(harmless.filter((text) => pattern.test(text))).toEqual([]);
  }
});
