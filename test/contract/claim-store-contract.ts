import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClaimRequest, ClaimStore } from '../../lambdas/ports/claim-store.ts';
import type { Subject } from './subject.ts';

const ARRIVAL_MS = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
const EVENT = '01890a5d-ac96-774b-bcce-b302099a8057';

function request(fields: Partial<ClaimRequest> = {}): ClaimRequest {
  return {
    eventId: EVENT,
    owner: 'shardId-000000000000#7',
    digest: 'digest-of-first',
    arrivalTimeMs: ARRIVAL_MS,
    expiresAtMs: ARRIVAL_MS + 8 * DAY_MS,
    ...fields,
  };
}

/** A store of claims whose time to live can come at any moment. */
export interface ClaimSubject extends Subject<ClaimStore> {
  /** Deletes a claim behind the store's back. */
  forget(eventId: string): Promise<void>;
}

/** What any ClaimStore must do. `make` gives a fresh, empty store. */
export function claimStoreContract(name: string, make: () => Promise<ClaimSubject>): void {
  describe(`claim store: ${name}`, () => {
    let subject: ClaimSubject;
    let store: ClaimStore;

    beforeEach(async () => {
      subject = await make();
      store = await subject.open();
    });
    afterEach(() => subject.close());

    it('a free id is granted', async () => {
      expect(await store.claim([request()])).toEqual([{ kind: 'granted' }]);
    });

    it('no requests give no answers', async () => {
      expect(await store.claim([])).toEqual([]);
    });

    it('fault 20: the same owner passes again, so a retried batch is not a duplicate of itself', async () => {
      await store.claim([request()]);

      expect(await store.claim([request()])).toEqual([{ kind: 'granted' }]);
    });

    it('fault 4: another owner is told who holds the id and with which digest', async () => {
      await store.claim([request()]);
      const other = request({ owner: 'shardId-000000000001#9', digest: 'digest-of-second' });

      expect(await store.claim([other])).toEqual([
        { kind: 'held', owner: 'shardId-000000000000#7', digest: 'digest-of-first' },
      ]);
    });

    it('fault 22: the same sequence in another shard is another owner', async () => {
      await store.claim([request()]);

      const [answer] = await store.claim([request({ owner: 'shardId-000000000001#7' })]);

      expect(answer?.kind).toBe('held');
    });

    it('fault 4: a refused claim leaves the holder in place', async () => {
      await store.claim([request()]);
      await store.claim([request({ owner: 'shardId-000000000001#9', digest: 'digest-of-second' })]);

      expect(await store.claim([request()])).toEqual([{ kind: 'granted' }]);
    });

    it('answers come one per request, in order, and earlier requests of a call count for later ones', async () => {
      const other = '01890a5d-ac96-774b-bcce-b302099a8058';
      await store.claim([request({ eventId: other, owner: 'a#1' })]);

      const answers = await store.claim([
        request({ owner: 'b#1' }),
        request({ eventId: other, owner: 'b#2' }),
        request({ owner: 'b#3' }),
        request({ eventId: 'not-a-uuid', owner: 'b#4' }),
      ]);

      expect(
        answers.map((answer) => (answer.kind === 'held' ? `held by ${answer.owner}` : answer.kind)),
      ).toEqual(['granted', 'held by a#1', 'held by b#1', 'granted']);
    });

    it.each([
      ['at its last millisecond', 8 * DAY_MS, 'held'],
      ['one millisecond later', 8 * DAY_MS + 1, 'granted'],
      ['48 hours later, as late as time to live may delete it', 10 * DAY_MS, 'granted'],
    ])(
      'fault 21: a claim asked for %s is judged by the arrival of the asking record',
      async (_, afterMs, kind) => {
        await store.claim([request()]);
        const arrivalTimeMs = ARRIVAL_MS + afterMs;

        const [answer] = await store.claim([
          request({ owner: 'c#1', arrivalTimeMs, expiresAtMs: arrivalTimeMs + 8 * DAY_MS }),
        ]);

        expect(answer?.kind).toBe(kind);
      },
    );

    it('fault 21: whoever takes an expired claim over holds it from then on', async () => {
      await store.claim([request()]);
      const arrivalTimeMs = ARRIVAL_MS + 9 * DAY_MS;
      const heir = { arrivalTimeMs, expiresAtMs: arrivalTimeMs + 8 * DAY_MS };
      await store.claim([request({ owner: 'c#1', digest: 'digest-of-third', ...heir })]);

      expect(await store.claim([request({ owner: 'd#1', ...heir })])).toEqual([
        { kind: 'held', owner: 'c#1', digest: 'digest-of-third' },
      ]);
      expect(await store.claim([request()])).toMatchObject([{ kind: 'held', owner: 'c#1' }]);
    });

    it('fault 26: of two claimants of the same ids at once, each id is granted to exactly one', async () => {
      const rival = await subject.open();
      const ids = Array.from({ length: 100 }, (_, index) => `${EVENT.slice(0, -3)}${100 + index}`);
      const asked = (owner: string) => ids.map((eventId) => request({ eventId, owner }));

      const [left, right] = await Promise.all([store.claim(asked('left#1')), rival.claim(asked('right#1'))]);

      const grants = ids.map(
        (_, index) => [left[index], right[index]].filter((a) => a?.kind === 'granted').length,
      );
      expect(grants).toEqual(ids.map(() => 1));
    });

    it('faults 20, 26: whoever asks again after a race gets the answer of before', async () => {
      const rival = await subject.open();
      const ids = Array.from({ length: 60 }, (_, index) => `${EVENT.slice(0, -3)}${100 + index}`);
      const asked = (owner: string) => ids.map((eventId) => request({ eventId, owner }));
      const first = await Promise.all([store.claim(asked('left#1')), rival.claim(asked('right#1'))]);

      const again = await Promise.all([store.claim(asked('left#1')), rival.claim(asked('right#1'))]);

      expect(again).toEqual(first);
    });

    it.each([24, 25, 26, 101])('a call of %i ids is answered whole', async (count) => {
      const ids = Array.from({ length: count }, (_, index) => `${EVENT.slice(0, -3)}${100 + index}`);

      const granted = await store.claim(ids.map((eventId) => request({ eventId })));
      const held = await store.claim(ids.map((eventId) => request({ eventId, owner: 'other#1' })));

      expect(granted.map(({ kind }) => kind)).toEqual(ids.map(() => 'granted'));
      expect(held.map(({ kind }) => kind)).toEqual(ids.map(() => 'held'));
    });

    it('fault 21: a claim that was deleted early is free, and its old owner is told who took it', async () => {
      await store.claim([request()]);
      await subject.forget(EVENT);

      expect(await store.claim([request({ owner: 'heir#1', digest: 'digest-of-heir' })])).toEqual([
        { kind: 'granted' },
      ]);
      expect(await store.claim([request()])).toEqual([
        { kind: 'held', owner: 'heir#1', digest: 'digest-of-heir' },
      ]);
    });

    it('fault 21: an owner whose claim was deleted early claims it anew', async () => {
      await store.claim([request()]);
      await subject.forget(EVENT);

      expect(await store.claim([request()])).toEqual([{ kind: 'granted' }]);
      expect(await store.claim([request({ owner: 'other#1' })])).toMatchObject([{ kind: 'held' }]);
    });
  });
}
