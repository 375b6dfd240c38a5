import * as z from 'zod';
import type { StoreKind } from '../domain/store/store-kind.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';

const acceptedSchema = z.object({
  /** ISO time: the snapshot's slot. Slots are accepted in rising order only. */
  slot: z.string(),
  /** Of the raw object's uncompressed body, hex. */
  sha256: z.string(),
  entities: z.int(),
  objectKey: z.string(),
  /** The last slot in which the API had this very snapshot. Absent: `slot` itself. */
  seenSlot: z.string().optional(),
  /** With which to ask whether there is another one; absent when the API sent none. */
  validators: z
    .object({
      etag: z.string().nullable(),
      lastModified: z.string().nullable(),
      /** What they hold for, see validatorsBasis. */
      basis: z.string(),
      /** The slot in which the answer came whole. */
      slot: z.string(),
    })
    .optional(),
});

/** The last snapshot of a kind that was taken: what the next one is compared with. */
export type AcceptedSnapshot = z.infer<typeof acceptedSchema>;
export type StoredValidators = NonNullable<AcceptedSnapshot['validators']>;

const failuresSchema = z.object({
  /** Slots failed in a row. */
  count: z.int(),
  /** The last of them: a retry of it is not counted again. */
  slot: z.string(),
});

export type Failures = z.infer<typeof failuresSchema>;

/** A lake state that this version cannot read, or that would not be written. Nothing of the API's doing. */
export class LakeStateError extends Error {
  override readonly name = 'LakeStateError';
}

const MAX_WRITES = 5;

export async function readAccepted(ledger: LedgerStore, kind: StoreKind): Promise<AcceptedSnapshot | null> {
  return parsed(acceptedSchema, acceptedName(kind), await ledger.readState(acceptedName(kind)));
}

/** Makes the snapshot the last accepted one, unless one of the same or a later slot stands there. */
export async function writeAccepted(
  ledger: LedgerStore,
  kind: StoreKind,
  snapshot: AcceptedSnapshot,
): Promise<void> {
  await update(ledger, acceptedName(kind), acceptedSchema, (stored) =>
    stored !== null && stored.slot >= snapshot.slot ? stored : snapshot,
  );
}

/** The last slot that brought a snapshot, be it a new one or the same. */
export function lastTakenSlot({ slot, seenSlot }: AcceptedSnapshot): string {
  return seenSlot ?? slot;
}

/** Remembers that a later slot had the snapshot too, unless another one has taken its place. */
export async function writeSeen(
  ledger: LedgerStore,
  kind: StoreKind,
  seen: {
    readonly sha256: string;
    readonly slot: string;
    /** Undefined: the API sends none any more. */
    readonly validators: StoredValidators | undefined;
  },
): Promise<void> {
  const { sha256, slot, validators } = seen;
  await update(ledger, acceptedName(kind), acceptedSchema, (stored) => {
    if (stored === null || stored.sha256 !== sha256 || lastTakenSlot(stored) >= slot) return stored;
    const { validators: _, ...kept } = stored;
    return { ...kept, seenSlot: slot, ...(validators === undefined ? {} : { validators }) };
  });
}

export async function readFailures(ledger: LedgerStore, kind: StoreKind): Promise<number> {
  const stored = parsed(failuresSchema, failuresName(kind), await ledger.readState(failuresName(kind)));
  return stored?.count ?? 0;
}

/** Counts a failed slot, once however often it is retried. Returns how many have failed in a row. */
export async function countFailure(ledger: LedgerStore, kind: StoreKind, slot: string): Promise<number> {
  const failures = await update(ledger, failuresName(kind), failuresSchema, (stored) =>
    stored?.slot === slot && stored.count > 0 ? stored : { count: (stored?.count ?? 0) + 1, slot },
  );
  return failures.count;
}

/** Writes nothing when there is nothing to forget. */
export async function forgetFailures(ledger: LedgerStore, kind: StoreKind, slot: string): Promise<void> {
  if ((await readFailures(ledger, kind)) === 0) return;
  await update(ledger, failuresName(kind), failuresSchema, () => ({ count: 0, slot }));
}

function acceptedName(kind: StoreKind): string {
  return `fakestore_${kind}_accepted`;
}

function failuresName(kind: StoreKind): string {
  return `fakestore_${kind}_failures`;
}

/** Compare and set, again when another writer came between. */
async function update<Value, Next extends Value | null>(
  ledger: LedgerStore,
  name: string,
  schema: z.ZodType<Value>,
  change: (stored: Value | null) => Next,
): Promise<Next> {
  for (let writes = 0; writes < MAX_WRITES; writes += 1) {
    const text = await ledger.readState(name);
    const stored = parsed(schema, name, text);
    const next = change(stored);
    if (next === stored) return next;
    if (await ledger.writeState(name, text, JSON.stringify(next))) return next;
  }
  throw new LakeStateError(
    `The lake state ${name} changed under ${MAX_WRITES} writes in a row. Run it again.`,
  );
}

function parsed<Value>(schema: z.ZodType<Value>, name: string, text: string | null): Value | null {
  if (text === null) return null;
  const result = schema.safeParse(jsonOf(text));
  if (result.success) return result.data;
  throw new LakeStateError(
    `The lake state ${name} is not of the form that this version writes. Was it written by a newer one?`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
