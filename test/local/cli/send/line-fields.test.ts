import { describe, expect, it } from 'vitest';
import { describeBinary } from '../../../../local/cli/send/binary.ts';
import { parseTimeMs, readLineFields } from '../../../../local/cli/send/line-fields.ts';

function fieldsOf(value: unknown) {
  return readLineFields(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
}

describe('readLineFields', () => {
  it('takes the device as the partition key, and the campaign of a spend report', () => {
    expect(fieldsOf({ event_type: 'page_view', anonymous_id: 'd-1' }).partitionKey).toBe('d-1');
    expect(fieldsOf({ event_type: 'ad_spend', campaign_id: 'c-1', anonymous_id: 'd-1' }).partitionKey).toBe(
      'c-1',
    );
  });

  it('takes a digest of the line where there is no usable key, the same for the same line', () => {
    const lines = ['no json', '[1]', '{"anonymous_id":7}', JSON.stringify({ anonymous_id: 'ä'.repeat(300) })];

    for (const line of lines) {
      expect(fieldsOf(line).partitionKey).toMatch(/^[0-9a-f]{32}$/);
      expect(fieldsOf(line)).toEqual(fieldsOf(line));
    }
    expect(new Set(lines.map((line) => fieldsOf(line).partitionKey)).size).toBe(lines.length);
  });

  it('reads times of the top level only', () => {
    const nested = { properties: { event_time: '2026-01-01T00:00:00Z' }, event_time: '2026-01-02T00:00:00Z' };

    expect(fieldsOf(nested).eventTimeMs).toBe(Date.parse('2026-01-02T00:00:00Z'));
    expect(fieldsOf({ properties: { event_time: '2026-01-01T00:00:00Z' } }).eventTimeMs).toBeNull();
  });
});

describe('parseTimeMs', () => {
  it('rounds microseconds up, so that an arrival then is never before the event', () => {
    const second = Date.parse('2026-01-01T00:00:00Z');

    expect(parseTimeMs('2026-01-01T00:00:00.123Z')).toBe(second + 123);
    expect(parseTimeMs('2026-01-01T00:00:00.123000Z')).toBe(second + 123);
    expect(parseTimeMs('2026-01-01T00:00:00.123001Z')).toBe(second + 124);
    expect(parseTimeMs('2026-01-01T02:00:00+02:00')).toBe(second);
  });

  it('knows no time in anything else', () => {
    for (const value of [
      null,
      0,
      '',
      '2026-01-01',
      '2026-01-01T00:00:00',
      '2026-02-30T00:00:00Z',
      'yesterday',
    ]) {
      expect(parseTimeMs(value)).toBeNull();
    }
  });
});

describe('describeBinary', () => {
  it('lets lines of any kind pass, also with a NUL inside JSON', () => {
    for (const text of ['{"a":1}\n', 'plain words\n', '\ufeff{"a":"\0"}\n', '  {"a":"\0"}', '', 'ä\n']) {
      expect(describeBinary(Buffer.from(text))).toBeNull();
    }
  });

  it('names what can never be lines', () => {
    expect(describeBinary(Buffer.from('PAR1....'))).toBe('a Parquet file');
    expect(describeBinary(Buffer.from('504b0304aa', 'hex'))).toBe('a zip archive');
    expect(describeBinary(Buffer.from('28b52ffdaa', 'hex'))).toBe('zstd data');
    expect(describeBinary(Buffer.from('\ufeff{"a":1}', 'utf16le'))).toBe('UTF-16 text');
    expect(describeBinary(Buffer.from('{"a":1}', 'utf16le'))).toBe('UTF-16 text or binary data');
    expect(describeBinary(Buffer.from('\x89PNG\r\n\x1a\n\0\0', 'latin1'))).toBe(
      'binary data (a NUL byte at offset 8)',
    );
  });
});
