export interface Lease {
  readonly name: string;
  readonly holder: string;
  /** Rises with each new holder: what an old holder writes after it can be told apart (promise 12). */
  readonly fence: number;
  readonly expiresAtMs: number;
}

export type LeaseAnswer =
  | { readonly kind: 'acquired'; readonly lease: Lease }
  | { readonly kind: 'held'; readonly lease: Lease };

export interface LeaseStore {
  /** Takes the lease when it is free, expired or already this holder's. */
  acquire(name: string, holder: string, ttlMs: number): Promise<LeaseAnswer>;
  /** Extends it; false when another holder has taken over meanwhile. */
  renew(lease: Lease, ttlMs: number): Promise<boolean>;
  /** Gives it back; without effect when another holder has taken over meanwhile. */
  release(lease: Lease): Promise<void>;
}
