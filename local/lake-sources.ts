import * as z from 'zod';
import type { LedgerStore } from '../lambdas/ports/ledger-store.ts';

/** A batch source that the lake was given; a lake ingests no other. */
export interface LakeSource {
  /** Unique in the lake. */
  readonly name: string;
  readonly kind: 'fakestore';
  readonly baseUrl: string;
}

const STATE_NAME = 'sources';
const SOURCES = z.array(
  z.object({ name: z.string().min(1), kind: z.literal('fakestore'), baseUrl: z.string().min(1) }),
);

/** Two commands changed the sources at the same moment. */
export class SourcesChangedError extends Error {
  override readonly name = 'SourcesChangedError';
}

export async function readSources(ledger: LedgerStore): Promise<readonly LakeSource[]> {
  return parse(await ledger.readState(STATE_NAME));
}

/** Adds the source, or replaces the one of that name; gives the one that it replaced. */
export async function putSource(ledger: LedgerStore, source: LakeSource): Promise<LakeSource | null> {
  const stored = await ledger.readState(STATE_NAME);
  const sources = parse(stored);
  const replaced = sources.find((other) => other.name === source.name) ?? null;
  await write(ledger, stored, [...sources.filter((other) => other.name !== source.name), source]);
  return replaced;
}

/** Takes the source off the list; what it has brought stays. False when there is none of that name. */
export async function removeSource(ledger: LedgerStore, name: string): Promise<boolean> {
  const stored = await ledger.readState(STATE_NAME);
  const sources = parse(stored);
  const kept = sources.filter((source) => source.name !== name);
  if (kept.length === sources.length) return false;
  await write(ledger, stored, kept);
  return true;
}

function parse(stored: string | null): readonly LakeSource[] {
  return stored === null ? [] : SOURCES.parse(JSON.parse(stored));
}

async function write(
  ledger: LedgerStore,
  expected: string | null,
  sources: readonly LakeSource[],
): Promise<void> {
  if (await ledger.writeState(STATE_NAME, expected, JSON.stringify(sources))) return;
  throw new SourcesChangedError(
    'Another command changed the sources at the same moment: run this one again.',
  );
}
