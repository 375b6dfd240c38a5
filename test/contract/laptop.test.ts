import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFileObjectStore } from '../../local/file-object-store.ts';
import { LocalStream } from '../../local/local-stream.ts';
import { LocalStreamReader } from '../../local/local-stream-reader.ts';
import { SqliteClaimStore } from '../../local/sqlite-claim-store.ts';
import type { SqliteDatabase } from '../../local/sqlite-database.ts';
import { SqliteLeaseStore } from '../../local/sqlite-lease-store.ts';
import { SqliteLedgerStore } from '../../local/sqlite-ledger-store.ts';
import { openStateDatabase } from '../../local/state-database.ts';
import { ManualClock } from '../fakes/clock.ts';
import { claimStoreContract } from './claim-store-contract.ts';
import { eventStreamContract, type StreamSubject } from './event-stream-contract.ts';
import { leaseStoreContract } from './lease-store-contract.ts';
import { ledgerStoreContract } from './ledger-store-contract.ts';
import { objectStoreContract } from './object-store-contract.ts';
import type { Subject } from './subject.ts';

/** Each client opens the state database for itself, as another process would. */
async function onState<T>(client: (database: SqliteDatabase) => T): Promise<Subject<T>> {
  const folder = mkdtempSync(join(tmpdir(), 'millpond-contract-'));
  const databases: SqliteDatabase[] = [];
  return {
    open: async () => {
      const database = openStateDatabase(join(folder, 'state.sqlite'));
      databases.push(database);
      return client(database);
    },
    close: async () => {
      for (const database of databases) database.close();
      rmSync(folder, { recursive: true });
    },
  };
}

async function onFiles() {
  const folder = mkdtempSync(join(tmpdir(), 'millpond-contract-'));
  return {
    open: () => openFileObjectStore({ folder, isDurable: false }),
    close: async () => rmSync(folder, { recursive: true }),
  };
}

async function onStream(): Promise<StreamSubject> {
  const folder = mkdtempSync(join(tmpdir(), 'millpond-contract-'));
  const streams: LocalStream[] = [];
  const open = async () => {
    const clock = new ManualClock(Date.UTC(2026, 0, 1));
    const stream = new LocalStream({ file: join(folder, 'stream.sqlite'), clock, shards: 3 });
    streams.push(stream);
    return stream;
  };
  return {
    open,
    recordsOf: async (shardId) =>
      (await open()).read({ shardId, afterSequence: null, limit: 1_000, maxBytes: Number.MAX_SAFE_INTEGER }),
    reader: async () => new LocalStreamReader(await open()),
    close: async () => {
      for (const stream of streams) stream.close();
      rmSync(folder, { recursive: true });
    },
  };
}

eventStreamContract('node:sqlite', onStream);
claimStoreContract('node:sqlite', async () => {
  let forget = (_id: string): void => {};
  const subject = await onState((database) => {
    const statement = database.prepare('delete from claims where event_id = unhex(?)');
    forget = (id) => void statement.run(id.replaceAll('-', ''));
    return new SqliteClaimStore(database);
  });
  return { ...subject, forget: async (eventId) => forget(eventId) };
});
ledgerStoreContract('node:sqlite', () => onState((database) => new SqliteLedgerStore(database)));
leaseStoreContract('node:sqlite', (clock) => onState((database) => new SqliteLeaseStore(database, clock)));
objectStoreContract('file system', onFiles);
