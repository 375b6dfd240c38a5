import { MemoryClaimStore } from '../fakes/claim-store.ts';
import { MemoryLedgerStore } from '../fakes/ledger-store.ts';
import { MemoryObjectStore } from '../fakes/object-store.ts';
import { claimStoreContract } from './claim-store-contract.ts';
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

claimStoreContract(
  'in memory',
  inMemory(() => new MemoryClaimStore()),
);
ledgerStoreContract(
  'in memory',
  inMemory(() => new MemoryLedgerStore()),
);
objectStoreContract(
  'in memory',
  inMemory(() => new MemoryObjectStore()),
);
