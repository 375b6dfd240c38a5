import { hash } from 'node:crypto';
import { configWith, NO_FAULTS } from '../simulator/config.ts';
import { simulate } from '../simulator/simulate.ts';

/** What fits into one invocation of Lambda, 6 MB, with events of the size that the published figures speak of. */
export const RECORDS_PER_PAYLOAD = 5_000;
export const EVENT_BYTES = 457;

export type EventIds = 'v7' | 'v4';

const SHARD_ID = 'shardId-000000000000';
const STREAM_ARN = 'arn:aws:kinesis:eu-west-1:111122223333:stream/millpond-events';
const FIRST_ARRIVAL_MS = Date.UTC(2026, 10, 1, 12);
/** 5,000 of them fill the mapping's window of 15 s. */
const MS_BETWEEN_RECORDS = 3;
const FIRST_SEQUENCE = 49_590_338_271_490_256_608_559_692_538_361_571_095_921_575_989_136_588_898n;
const SEQUENCE_STEP = 1_000_003n;

/**
 * JSON texts as the Lambda runtime gets them from an event source mapping, each with 5,000 records of one shard: events
 * of the synthetic shop, moved together in time as a busy shop sends them, with one field more that the contract does
 * not know, which gives them the size of EVENT_BYTES in the mean.
 *
 * @param ids `v7`: rising with time, as the producer makes them; `v4`: random
 */
export function lambdaPayloads(count: number, ids: EventIds = 'v7'): readonly string[] {
  const payloads: string[] = [];
  let records: object[] = [];
  let position = 0;
  for (const { data, partitionKey } of simulate(configWith(shopOf(count)))) {
    const arrivalTimeMs = FIRST_ARRIVAL_MS + position * MS_BETWEEN_RECORDS;
    const sequenceNumber = String(FIRST_SEQUENCE + BigInt(position) * SEQUENCE_STEP);
    records.push(
      kinesisRecord({
        partitionKey,
        arrivalTimeMs,
        sequenceNumber,
        text: eventText(data, { arrivalTimeMs, ids }),
      }),
    );
    position += 1;
    if (records.length < RECORDS_PER_PAYLOAD) continue;
    payloads.push(JSON.stringify({ Records: records }));
    records = [];
    if (payloads.length === count) return payloads;
  }
  throw new RangeError(`the shop sent too few events for ${count} payloads`);
}

/** What Lambda hands over at most. */
const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

/** The largest payload that an event source mapping makes of such records, and how many it holds. */
export function fullPayload(): { readonly text: string; readonly records: number } {
  const texts = lambdaPayloads(2).flatMap((payload): readonly string[] => {
    const { Records: records }: { readonly Records: readonly unknown[] } = JSON.parse(payload);
    return records.map((record) => JSON.stringify(record));
  });
  let bytes = '{"Records":[]}'.length;
  const records = texts.findIndex((text) => {
    bytes += text.length + 1;
    return bytes > MAX_PAYLOAD_BYTES;
  });
  return { text: `{"Records":[${texts.slice(0, records).join(',')}]}`, records };
}

/** A quarter more than needed, since the simulator only aims at a number. */
function shopOf(payloads: number) {
  return { events: Math.ceil(payloads * RECORDS_PER_PAYLOAD * 1.25), faults: NO_FAULTS };
}

/** Hex digits of an advertiser's click id: long enough for EVENT_BYTES, and as hard to compress as real ones. */
const CLICK_ID_LENGTH = 60;

/** The event as it would look had it just happened, after a click on an advertisement. */
function eventText(
  data: Uint8Array,
  { arrivalTimeMs, ids }: { readonly arrivalTimeMs: number; readonly ids: EventIds },
): string {
  const time = new Date(arrivalTimeMs - 40).toISOString();
  const digest = hash('sha256', data, 'hex');
  const clickId = digest.slice(0, CLICK_ID_LENGTH);
  const text = Buffer.from(data).toString();
  return (ids === 'v7' ? text : text.replace(/"event_id":"[^"]*"/, `"event_id":"${randomId(digest)}"`))
    .replace(/"(event_time|sent_time)":"[^"]*"/g, `"$1":"${time}"`)
    .replace(/\}$/, `,"page_referrer":"https://www.example.com/?id=${clickId}"}`);
}

/** A UUID of version 4 that a digest, in hex, makes random. */
function randomId(digest: string): string {
  return digest.slice(-32).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5');
}

function kinesisRecord(record: {
  readonly partitionKey: string;
  readonly arrivalTimeMs: number;
  readonly sequenceNumber: string;
  readonly text: string;
}): object {
  return {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: record.partitionKey,
      sequenceNumber: record.sequenceNumber,
      data: Buffer.from(record.text).toString('base64'),
      approximateArrivalTimestamp: record.arrivalTimeMs / 1000,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `${SHARD_ID}:${record.sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: 'arn:aws:iam::111122223333:role/millpond-consume-events',
    awsRegion: 'eu-west-1',
    eventSourceARN: STREAM_ARN,
  };
}
