import { MemoryClaimStore } from '../fakes/claim-store.ts';
import { MemoryLeaseStore } from '../fakes/lease-store.ts';
import { MemoryLedgerStore } from '../fakes/ledger-store.ts';
import { MemoryObjectStore } from '../fakes/object-store.ts';
import { claimStoreContract } from './claim-store-contract.ts';
import { leaseStoreContract } from './lease-store-contract.ts';
import { ledgerStoreContract } from './ledger-store-contract.ts';
import { objectStoreContract } from './object-store-contract.ts';
import type { Subject } from './subject.ts';

/** A fake lives in one process: all its clients are the same object. */
function inMemory<T>(make: () => T): () => Promise<Subject<T>> {
  return async () => {
    const store = make();
    return { open: async () => store, close: async () => undefined };
  };
}

claimStoreContract('in memory', async () => {
  const store = new MemoryClaimStore();
  return {
    open: async () => store,
    forget: async (eventId) => void store.claims.delete(eventId),
    close: async () => undefined,
  };
});
leaseStoreContract('in memory', (clock) => inMemory(() => new MemoryLeaseStore(clock))());
ledgerStoreContract(
  'in memory',
  inMemory(() => new MemoryLedgerStore()),
);
objectStoreContract(
  'in memory',
  inMemory(() => new MemoryObjectStore()),
);
