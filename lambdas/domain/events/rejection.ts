/** Why an event goes to quarantine, in the order in which the rules are asked: the first breach names the reason. */
export const REJECTION_REASONS = [
  'too_large',
  'not_utf8',
  'too_deep',
  'not_json',
  'not_an_object',
  'bad_text',
  'bad_number',
  'duplicate_key',
  'reserved_field',
  'unknown_type',
  'unknown_version',
  'invalid_field',
  'clock_skew',
  'out_of_range',
  'id_conflict',
] as const;
export type RejectionReason = (typeof REJECTION_REASONS)[number];

/** A broken rule. `detail` is for people and never repeats a value that could be personal. */
export interface Breach {
  readonly reason: RejectionReason;
  readonly detail: string;
}

/**
 * How a producer's field name may stand in a detail: as it is when it looks like a name, else as a word.
 * A key can hold anything, also a person's address.
 */
export function fieldWord(key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]{0,39}$/.test(key) ? `field ${key}` : 'a field with an unusual name';
}
