import { type Dataset, FILE_FORMATS } from './dataset.ts';
import { EVENT_COLUMNS } from './event-columns.ts';

/** Events that another system recorded. They keep the contract of the stream, and are never too late. */
export const EVENT_HISTORY: Dataset = {
  name: 'events',
  meaning: 'Events that another system recorded: the contract of the stream, whatever their age.',
  source: 'file_events',
  formats: FILE_FORMATS,
  columns: EVENT_COLUMNS,
  key: ['event_id'],
  stagedIn: 'stg_events',
  partition: 'event_date',
  mode: 'append',
  maxBadRows: { kind: 'percent', percent: 1 },
  rules: 'event',
};
