import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClaimAnswer, ClaimRequest, ClaimStore } from '../../lambdas/ports/claim-store.ts';
import { everyOther, type NetworkFaults, sometimes } from './network-faults.ts';
import type { NetworkSubject } from './subject.ts';

const ARRIVAL_MS = Date.UTC(2026, 0, 1);
const TTL_MS = 8 * 86_400_000;

function requests(owner: string, count: number, laterMs = 0): readonly ClaimRequest[] {
  return Array.from({ length: count }, (_, index) => ({
    eventId: `01890a5d-ac96-774b-bcce-${String(index).padStart(12, '0')}`,
    owner,
    digest: `digest of ${owner}`,
    arrivalTimeMs: ARRIVAL_MS + laterMs,
    expiresAtMs: ARRIVAL_MS + laterMs + TTL_MS,
  }));
}

function kinds(answers: readonly ClaimAnswer[]): readonly string[] {
  return [...new Set(answers.map(({ kind }) => kind))].sort();
}

/** What any ClaimStore behind a network must do when the line is bad. */
export function claimStoreFaultContract(name: string, make: () => Promise<NetworkSubject<ClaimStore>>): void {
  describe(`claim store on a bad line: ${name}`, () => {
    let subject: NetworkSubject<ClaimStore>;
    let rival: ClaimStore;

    beforeEach(async () => {
      subject = await make();
      rival = await subject.open();
    });
    afterEach(() => subject.close());

    it.each([
      ['fault 15', 'error'],
      ['fault 18', 'throttled'],
      ['fault 16', 'lost request'],
      ['fault 16', 'lost answer'],
      ['fault 16', 'cut answer'],
    ] as const)('%s: after each first try met "%s", every id is granted and held', async (_, fault) => {
      const store = await subject.openThrough(everyOther(fault));

      expect(kinds(await store.claim(requests('left#1', 25)))).toEqual(['granted']);
      expect(kinds(await rival.claim(requests('right#1', 25)))).toEqual(['held']);
    });

    it.each(['error', 'throttled', 'lost request', 'lost answer', 'cut answer'] as const)(
      'fault 21: after each first try met "%s", expired claims are taken over and held',
      async (fault) => {
        await rival.claim(requests('old#1', 10));
        const store = await subject.openThrough(everyOther(fault));

        expect(kinds(await store.claim(requests('heir#1', 10, TTL_MS + 1)))).toEqual(['granted']);
        expect(kinds(await rival.claim(requests('old#1', 10)))).toEqual(['held']);
      },
    );

    it('fault 18: of statements throttled by halves, whatever is granted is held, and the rest is unavailable', async () => {
      const store = await subject.openThrough(() => 'throttled in part');

      const answers = await store.claim(requests('left#1', 200));

      const against = await rival.claim(requests('right#1', 200));
      const granted = answers.flatMap(({ kind }, index) => (kind === 'granted' ? [index] : []));
      expect(granted.length).toBeGreaterThan(150);
      expect(granted.map((index) => against[index]?.kind)).toEqual(granted.map(() => 'held'));
      expect(kinds(answers).filter((kind) => kind !== 'granted' && kind !== 'unavailable')).toEqual([]);
    });

    it('fault 19: a store that never answers makes claims unavailable, and is no error', async () => {
      const store = await subject.openThrough(() => 'lost request');

      expect(kinds(await store.claim(requests('left#1', 60)))).toEqual(['unavailable']);
    });

    it.each([1, 2, 3])(
      'fault 26: of two claimants on lines where much goes wrong, none holds what the other was granted: seed %i',
      async (seed) => {
        const badLine = (side: number): NetworkFaults =>
          sometimes(
            ['error', 'throttled', 'lost request', 'lost answer', 'cut answer'],
            0.3,
            seed * 10 + side,
          );
        const left = await subject.openThrough(badLine(1));
        const right = await subject.openThrough(badLine(2));

        const [ofLeft, ofRight] = await Promise.all([
          left.claim(requests('left#1', 200)),
          right.claim(requests('right#1', 200)),
        ]);

        const both = ofLeft.filter(
          ({ kind }, index) => kind === 'granted' && ofRight[index]?.kind === 'granted',
        );
        expect(both).toEqual([]);
        expect(kinds([...ofLeft, ...ofRight])).toContain('granted');
      },
    );
  });
}
