import type { ObjectStore } from '../ports/object-store.ts';

/** Where discarded batches lie, and beside them the marks of those that were redriven. */
export interface FailurePlace {
  readonly objects: ObjectStore;
  /** Keys of failures begin with it, `aws/lambda/` in a bucket of their own. */
  readonly prefix: string;
  /** Keys of marks begin with it and go on as those of the failures. */
  readonly marks: string;
}

/** What became of a failure; it holds no time, so that a second writer writes the same. */
export interface RedriveMark {
  readonly failure: string;
  /** Rows of the batch; more than one when its records had to be read from the stream. */
  readonly ledger_ids: readonly string[];
  readonly received: number;
  readonly accepted: number;
  readonly duplicate: number;
  readonly quarantined: number;
}

/** The keys of all failures, ascending, each with whether it was redriven. */
export async function* listFailures(
  place: FailurePlace,
): AsyncGenerator<{ readonly key: string; readonly isRedriven: boolean }> {
  const marks = new Set<string>();
  for await (const mark of place.objects.list(place.marks)) marks.add(mark);
  for await (const key of place.objects.list(place.prefix)) {
    yield { key, isRedriven: marks.has(markKeyOf(place, key)) };
  }
}

/** Puts the mark beside the failure; one that stands already says the same. */
export async function markRedriven(place: FailurePlace, mark: RedriveMark): Promise<void> {
  const body = new TextEncoder().encode(`${JSON.stringify(mark)}\n`);
  await place.objects.putIfAbsent(markKeyOf(place, mark.failure), body);
}

function markKeyOf({ prefix, marks }: FailurePlace, key: string): string {
  return `${marks}${key.slice(prefix.length)}.json`;
}
