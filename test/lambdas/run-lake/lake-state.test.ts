import { describe, expect, it } from 'vitest';
import { LostLeaseError, replaceState } from '../../../lambdas/run-lake/lake-state.ts';
import { MemoryLedgerStore } from '../../fakes/ledger-store.ts';

/** Writes twice, as a client does that missed the first answer, and hears the second one. */
class TwiceWritingLedger extends MemoryLedgerStore {
  override async writeState(name: string, expected: string | null, value: string): Promise<boolean> {
    await super.writeState(name, expected, value);
    return super.writeState(name, expected, value);
  }
}

/** Another writer comes between reading and writing. */
class ContestedLedger extends MemoryLedgerStore {
  override async writeState(name: string, expected: string | null, value: string): Promise<boolean> {
    await super.writeState(name, expected, 'another value');
    return super.writeState(name, expected, value);
  }
}

describe('the state of the lake', () => {
  it('takes a value whose write was sent twice', async () => {
    const ledger = new TwiceWritingLedger();

    await replaceState(ledger, 'watermark_ms', '1');
    await replaceState(ledger, 'watermark_ms', '2');

    expect(await ledger.readState('watermark_ms')).toBe('2');
  });

  it('stops a run whose value another writer took the place of', async () => {
    const ledger = new ContestedLedger();

    const written = replaceState(ledger, 'watermark_ms', '1');

    await expect(written).rejects.toThrow(LostLeaseError);
  });
});
