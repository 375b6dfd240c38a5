import type { BatchObject } from '../consume-events/batch-objects.ts';
import type { ConsumeSettings } from '../consume-events/consume-batch.ts';
import { readableKey } from '../domain/set-aside.ts';
import type { ClaimStore } from '../ports/claim-store.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { StreamReader } from '../ports/stream.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { faultOf, notesByKey } from '../run-lake/verify-objects.ts';
import { LedgerIndex, type NamedObject } from './ledger-index.ts';
import { objectAgain } from './object-again.ts';
import { problemOf } from './unreadable.ts';

export interface RebuildDependencies {
  readonly objects: ObjectStore;
  readonly ledger: LedgerStore;
  readonly stream: StreamReader;
  readonly telemetry: Telemetry;
  /** Asked under the records' own coordinates, which changes no claim that holds. */
  readonly claims: ClaimStore | null;
  readonly settings: ConsumeSettings;
}

export type RebuildOutcome =
  /** The bytes under `readFrom`, itself or its replacement, are what the ledger says. */
  | { readonly kind: 'whole'; readonly readFrom: string }
  | { readonly kind: 'rebuilt'; readonly replacementKey: string }
  | { readonly kind: 'impossible'; readonly problem: string };

/** What a replacement's name ends in; the compression may have changed since its object was written. */
const REPLACEMENT = /_r\d+\.ndjson\.[a-z]+$/;
const EXTENSIONS = ['.ndjson.gz', '.ndjson.zst'];
const MAX_REPLACEMENTS = 9;

/** The keys of all objects that were set aside and have nothing in their place, ascending. */
export async function brokenObjects(ledger: LedgerStore): Promise<readonly string[]> {
  const notes = notesByKey(await ledger.setAsides());
  return [...notes.keys()].filter((key) => readableKey(key, notes) === null).sort();
}

/**
 * Writes a broken object anew, under its key with `_r1` before the extension, and notes it as the replacement, so that the
 * next run stages it. An object that is whole is left, and noted as whole when it was set aside before. In a dry run
 * nothing is written: `rebuilt` then means that it can be. Throws what the stores and the stream throw.
 */
export async function rebuildObject(
  key: string,
  deps: RebuildDependencies,
  { isDryRun }: { readonly isDryRun: boolean },
): Promise<RebuildOutcome> {
  const setAsides = await deps.ledger.setAsides();
  const index = new LedgerIndex(await deps.ledger.rows({ source: 'events' }), setAsides);
  const target = targetOf(key, index);
  if (target === undefined) return impossible('is no object of the stream that the ledger names');
  const notes = notesByKey(setAsides);
  const readFrom = readableKey(key, notes) ?? key;
  const damage = await faultOf(deps.objects, target.entry, readFrom);
  const noted = {
    objectKey: key,
    ledgerId: target.row.ledgerId,
    detail: notes.get(key)?.detail ?? damage ?? '',
  };
  if (damage === null) {
    const wasAside = readableKey(key, notes) === null;
    if (wasAside && !isDryRun) await deps.ledger.setAside({ ...noted, replacementKey: key });
    return { kind: 'whole', readFrom };
  }
  const built = await rebuilt(target, { ...deps, index });
  if (typeof built === 'string') return impossible(built);
  if (isDryRun) return { kind: 'rebuilt', replacementKey: replacementName(built, 1) };
  const replacementKey = await writeReplacement(built, target, deps.objects);
  await deps.ledger.setAside({ ...noted, replacementKey });
  deps.telemetry.info('object rebuilt', { ledgerId: noted.ledgerId });
  deps.telemetry.count('ObjectsRebuilt', 1);
  return { kind: 'rebuilt', replacementKey };
}

/** The object that the ledger names: the key's own, or that which it replaces. */
function targetOf(key: string, index: LedgerIndex): NamedObject | undefined {
  const named = [key, ...EXTENSIONS.map((extension) => key.replace(REPLACEMENT, extension))];
  return named.map((name) => index.objectOf(name)).find((found) => found !== undefined);
}

function impossible(problem: string): RebuildOutcome {
  return { kind: 'impossible', problem };
}

/** As objectAgain; that its source is broken too is a reason like the others. */
async function rebuilt(
  target: NamedObject,
  sources: Parameters<typeof objectAgain>[1],
): Promise<BatchObject | string> {
  try {
    return await objectAgain(target, sources);
  } catch (error) {
    return `cannot be rebuilt, since ${problemOf(error)}`;
  }
}

function replacementName({ entry }: BatchObject, attempt: number): string {
  return entry.key.replace(/(?=\.ndjson\.[a-z]+$)/, `_r${attempt}`);
}

/** Under the first name that is free, or that holds these very records; a replacement can break in its turn. */
async function writeReplacement(
  built: BatchObject,
  target: NamedObject,
  objects: ObjectStore,
): Promise<string> {
  for (let attempt = 1; attempt <= MAX_REPLACEMENTS; attempt += 1) {
    const key = replacementName(built, attempt);
    if ((await objects.putIfAbsent(key, built.body)) === 'created') return key;
    if ((await faultOf(objects, target.entry, key)) === null) return key;
  }
  throw new Error(
    `${target.entry.key} has ${MAX_REPLACEMENTS} replacements, and all of them are broken: mend the store`,
  );
}
