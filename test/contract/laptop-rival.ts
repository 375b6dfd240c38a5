import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openFileObjectStore } from '../../local/file-object-store.ts';
import { SqliteClaimStore } from '../../local/sqlite-claim-store.ts';
import { SqliteLeaseStore } from '../../local/sqlite-lease-store.ts';
import { SqliteLedgerStore } from '../../local/sqlite-ledger-store.ts';
import { openStateDatabase } from '../../local/state-database.ts';
import { ledgerRow } from './ledger-store-contract.ts';

export const WANTED = ['claim', 'object', 'row', 'state', 'lease'] as const;
export type Wanted = (typeof WANTED)[number];

/**
 * `node laptop-rival.ts FOLDER NAME`: for each line of its input, the name of a round, it wants one of each kind for
 * itself, and prints a line with those that it got. Another program that is given the same line wants the same.
 */
if (import.meta.main) {
  const [folder = '', name = ''] = process.argv.slice(2);
  const database = openStateDatabase(join(folder, 'state.sqlite'));
  const claims = new SqliteClaimStore(database);
  const ledger = new SqliteLedgerStore(database);
  const leases = new SqliteLeaseStore(database, { nowMs: () => 0 });
  const objects = await openFileObjectStore({ folder: join(folder, 'objects'), isDurable: false });

  for await (const round of createInterface({ input: process.stdin })) {
    const request = { eventId: round, owner: name, digest: name, arrivalTimeMs: 0, expiresAtMs: 1 };
    const got: Record<Wanted, boolean> = {
      claim: (await claims.claim([request]))[0]?.kind === 'granted',
      object: (await objects.putIfAbsent(`raw/${round}`, Buffer.from(name))) === 'created',
      row: (await ledger.append(ledgerRow(`events/${round}`))) === 'appended',
      state: await ledger.writeState(round, null, name),
      lease: (await leases.acquire(round, name, 1_000)).kind === 'acquired',
    };
    console.log(WANTED.filter((kind) => got[kind]).join(' '));
  }
  database.close();
}
