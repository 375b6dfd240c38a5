import * as z from 'zod';

/**
 * What a backfill lets in: too-late events of a range of dates, as far as they had arrived by then. Every later build
 * honours it, also one from nothing (tables.md §3).
 */
export interface Admission {
  /** Run that wrote it. */
  readonly runId: string;
  /** First and last event date, inclusive. */
  readonly fromDate: string;
  readonly toDate: string;
  /** Newest arrival that it lets in, ISO with six places: what comes later needs a backfill of its own. */
  readonly arrivedUntil: string;
}

const stored = z.array(
  z.object({ runId: z.string(), fromDate: z.string(), toDate: z.string(), arrivedUntil: z.string() }),
);

/** Reads what `JSON.stringify` made of admissions; null is none. Throws for text of another shape. */
export function parseAdmissions(text: string | null): readonly Admission[] {
  return text === null ? [] : stored.parse(JSON.parse(text));
}

/** The admissions with one more; one that an earlier one covers, such as the same once more, changes nothing. */
export function withAdmission(admissions: readonly Admission[], added: Admission): readonly Admission[] {
  return admissions.some((admission) => covers(admission, added)) ? admissions : [...admissions, added];
}

function covers(earlier: Admission, { fromDate, toDate, arrivedUntil }: Admission): boolean {
  return earlier.fromDate <= fromDate && toDate <= earlier.toDate && arrivedUntil <= earlier.arrivedUntil;
}
