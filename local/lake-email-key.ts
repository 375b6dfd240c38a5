import { randomBytes } from 'node:crypto';
import type { LedgerStore } from '../lambdas/ports/ledger-store.ts';

const STATE_NAME = 'email_key';
const KEY_BYTES = 32;

/** The key of the lake's e-mail hashes, made at random when the lake first needs it and kept for ever. */
export async function lakeEmailKey(ledger: LedgerStore): Promise<Uint8Array> {
  const fresh = randomBytes(KEY_BYTES).toString('hex');
  const stored = await ledger.readState(STATE_NAME);
  if (stored !== null) return Buffer.from(stored, 'hex');
  if (await ledger.writeState(STATE_NAME, null, fresh)) return Buffer.from(fresh, 'hex');
  return Buffer.from((await ledger.readState(STATE_NAME)) ?? fresh, 'hex');
}
