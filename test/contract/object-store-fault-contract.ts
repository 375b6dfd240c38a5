import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ObjectStore } from '../../lambdas/ports/object-store.ts';
import { everyOther, sometimes } from './network-faults.ts';
import type { NetworkSubject } from './subject.ts';

const FAULTS = ['error', 'throttled', 'lost request', 'lost answer', 'cut answer'] as const;

function bodyOf(key: string): Buffer {
  return Buffer.from(`${key} `.repeat(5_000));
}

/** What any ObjectStore behind a network must do when the line is bad. */
export function objectStoreFaultContract(
  name: string,
  make: () => Promise<NetworkSubject<ObjectStore>>,
): void {
  describe(`object store on a bad line: ${name}`, () => {
    let subject: NetworkSubject<ObjectStore>;
    let other: ObjectStore;

    beforeEach(async () => {
      subject = await make();
      other = await subject.open();
    });
    afterEach(() => subject.close());

    it.each([
      ['fault 15', 'error'],
      ['fault 15', 'throttled'],
      ['fault 16', 'lost request'],
      ['fault 16', 'lost answer'],
      ['fault 16', 'cut answer'],
    ] as const)(
      '%s: after each first try met "%s", an object is written, read and listed',
      async (_, fault) => {
        const store = await subject.openThrough(everyOther(fault));

        expect(['created', 'exists']).toContain(await store.putIfAbsent('raw/a', bodyOf('raw/a')));
        expect(Buffer.compare((await store.get('raw/a')) ?? Buffer.alloc(0), bodyOf('raw/a'))).toBe(0);
        expect(await Array.fromAsync(store.list('raw/'))).toEqual(['raw/a']);
        expect(await store.get('raw/b')).toBeNull();
      },
    );

    it.each([1, 2])(
      'fault 15: on a line where each third request goes wrong, all objects stand with their bytes: seed %i',
      async (seed) => {
        const store = await subject.openThrough(sometimes(FAULTS, 0.3, seed));
        const keys = Array.from({ length: 30 }, (_, index) => `raw/${index + 10}`);

        await Promise.all(keys.map((key) => store.putIfAbsent(key, bodyOf(key))));

        expect(await Array.fromAsync(store.list('raw/'))).toEqual(keys);
        const read = await Promise.all(keys.map((key) => store.get(key)));
        expect(
          read.map((body, index) => Buffer.compare(body ?? Buffer.alloc(0), bodyOf(keys[index] ?? ''))),
        ).toEqual(keys.map(() => 0));
        expect(Buffer.from((await other.get('raw/10')) ?? []).length).toBe(bodyOf('raw/10').length);
      },
    );

    it('fault 17: of many writers of one key on lines that lose answers, one object stands', async () => {
      const stores = [
        await subject.openThrough(everyOther('lost answer')),
        await subject.openThrough(everyOther('lost answer')),
      ];
      const bodies = Array.from({ length: 10 }, (_, index) => bodyOf(`writer ${index}`));

      const answers = await Promise.all(
        bodies.map((body, index) => (stores[index % 2] ?? other).putIfAbsent('raw/a', body)),
      );

      const stands = (await other.get('raw/a')) ?? Buffer.alloc(0);
      expect(bodies.filter((body) => Buffer.compare(body, stands) === 0)).toHaveLength(1);
      expect(answers.filter((answer) => answer === 'created').length).toBeLessThanOrEqual(1);
    });
  });
}
