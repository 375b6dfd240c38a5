import { describe, expect, it } from 'vitest';
import { DropRequestError, readDropRequest } from '../../../lambdas/ingest-files/drop-request.ts';
import { s3Notice } from './s3-notice.ts';

const ASKED = { key: 'landing/x/export.csv', versionId: 'v1', slot: '2026-03-01T06:00:00Z' };

describe('a notice of S3', () => {
  it('names key, version and time; the rest is told by the file', () => {
    expect(readDropRequest(s3Notice({ key: 'landing/März 1+2.csv' }))).toEqual({
      key: 'landing/März 1+2.csv',
      versionId: 'v1',
      slotMs: Date.parse('2026-03-01T06:00:00Z'),
      dataset: null,
      separator: null,
      maxBadRows: null,
      acceptsShrink: false,
    });
  });

  it.each([
    ['landing/orders/2026/a.csv', 'orders'],
    ['landing/order_lines/a.csv', 'order_lines'],
    ['landing/orders.csv', undefined],
    ['landing/Orders/a.csv', undefined],
    ['landing/from the shop/orders/a.csv', undefined],
  ])('of %s says that it holds %s', (key, dataset) => {
    expect(readDropRequest(s3Notice({ key })).dataset?.name).toBe(dataset);
  });
});

describe('by hand', () => {
  it('all that a command of the laptop can say can be said', () => {
    const more = { dataset: 'events', separator: 'tab', maxBadRows: '0.5%', acceptShrink: true };

    expect(readDropRequest({ ...ASKED, ...more })).toMatchObject({
      dataset: { name: 'events' },
      separator: '\t',
      maxBadRows: { kind: 'percent', percent: 0.5 },
      acceptsShrink: true,
    });
  });

  it.each([
    ['no object', null],
    ['no version', { ...ASKED, versionId: undefined }],
    ['a key of another place', { ...ASKED, key: 'reports/x' }],
    ['a slot without zone', { ...ASKED, slot: '2026-03-01T06:00:00' }],
    ['an unknown dataset', { ...ASKED, dataset: 'prices' }],
    ['a misspelt option', { ...ASKED, seperator: ';' }],
    ['another separator', { ...ASKED, separator: ':' }],
    ['a limit above all', { ...ASKED, maxBadRows: '101%' }],
    ['a notice of another service', { ...s3Notice({ key: 'landing/a' }), source: 'aws.ec2' }],
  ])('%s is refused', (_, event) => {
    expect(() => readDropRequest(event)).toThrow(DropRequestError);
  });
});
