import { mkdirSync } from 'node:fs';
import type { ClaimStore } from '../lambdas/ports/claim-store.ts';
import type { Clock } from '../lambdas/ports/clock.ts';
import type { LeaseStore } from '../lambdas/ports/lease-store.ts';
import type { LedgerStore } from '../lambdas/ports/ledger-store.ts';
import type { ObjectStore } from '../lambdas/ports/object-store.ts';
import { openFileObjectStore } from './file-object-store.ts';
import type { Lake } from './lake.ts';
import { SqliteClaimStore } from './sqlite-claim-store.ts';
import { SqliteLeaseStore } from './sqlite-lease-store.ts';
import { SqliteLedgerStore } from './sqlite-ledger-store.ts';
import { openStateDatabase } from './state-database.ts';

/** The ports of one lake on this machine, but for the stream and the SQL engine, which not every command needs. */
export interface LakeStores {
  readonly claims: ClaimStore;
  readonly ledger: LedgerStore;
  readonly leases: LeaseStore;
  readonly objects: ObjectStore;
  close(): void;
}

/** Opens the lake's state and zones, making what is missing. Throws StorageError. The caller closes it. */
export async function openLakeStores(lake: Lake, clock: Clock): Promise<LakeStores> {
  mkdirSync(lake.tempFolder, { recursive: true });
  const objects = await openFileObjectStore({ folder: lake.objectsFolder });
  const database = openStateDatabase(lake.stateFile);
  return {
    claims: new SqliteClaimStore(database),
    ledger: new SqliteLedgerStore(database),
    leases: new SqliteLeaseStore(database, clock),
    objects,
    close: () => database.close(),
  };
}
