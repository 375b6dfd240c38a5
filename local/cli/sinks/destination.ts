import type { KinesisPlace } from '../../../lambdas/aws/open-kinesis.ts';
import type { EventStream } from '../../../lambdas/ports/stream.ts';

export const STREAM_SINKS = ['local', 'kinesis'] as const;
export type StreamSink = (typeof STREAM_SINKS)[number];

/** Which stream events go to. */
export type StreamChoice =
  | { readonly sink: 'local' }
  | { readonly sink: 'kinesis'; readonly place: KinesisPlace };

export interface OpenStream extends EventStream {
  close(): void;
}

/** A stream that events will be put on, and what belongs to it. */
export interface Destination {
  readonly sink: StreamSink;
  /** Of the stream, in its account; null for the lake's own. */
  readonly streamName: string | null;
  /** What a person does next. */
  readonly next: string;
  /** Where what no stream takes is kept when nobody says where. */
  readonly rejectsFolder: string;
  /** For spooled pipes and sorting; made at the first call. */
  tempFolder(): string;
  /** The caller closes it. */
  open(): Promise<OpenStream>;
  /** Removes what lies in the temp folder; synchronous, so that an abrupt end can do it too. */
  clean(): void;
}
