import { STREAM_SINKS, type StreamChoice } from '../sinks/destination.ts';

export const SINKS = [...STREAM_SINKS, 'file', 'stdout'] as const;
export type Sink = (typeof SINKS)[number];

export interface StreamTarget {
  readonly kind: 'stream';
  readonly choice: StreamChoice;
  /** Null: each event is a record. */
  readonly aggregateBytes: number | null;
  readonly isDryRun: boolean;
}

export interface LinesTarget {
  readonly kind: 'lines';
  /** A file; null: stdout. */
  readonly out: string | null;
}

/** Where simulated records go. */
export type Target = StreamTarget | LinesTarget;
