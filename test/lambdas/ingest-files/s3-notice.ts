/** What EventBridge hands over when an object was created in a bucket with versions. */
export function s3Notice({ key, versionId = 'v1' }: { readonly key: string; readonly versionId?: string }) {
  return {
    version: '0',
    id: '17793124-05d4-b198-2fde-7ededc63b103',
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: '123456789012',
    time: '2026-03-01T06:00:00Z',
    region: 'us-east-1',
    resources: ['arn:aws:s3:::landing'],
    detail: {
      version: '0',
      bucket: { name: 'landing' },
      object: {
        key,
        size: 100,
        etag: 'b57f9512698f4b09e608f4f2a65852e5',
        'version-id': versionId,
        sequencer: '00617F08299329D189',
      },
      'request-id': 'N4N7GDK58NMKJ12R',
      requester: '123456789012',
      'source-ip-address': '10.0.0.1',
      reason: 'PutObject',
    },
  };
}
