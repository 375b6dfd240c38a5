import type { OracleInput, StoreAnswer } from './input.ts';

/** An entity from a snapshot on. */
export interface Version<T> {
  readonly id: number;
  readonly validFromUs: number;
  /** Of a vanished one as it was last. */
  readonly entity: T;
  readonly isActive: boolean;
}

/** A version wherever an entity appeared, changed, vanished or came back. */
export function versionsOf<T extends { readonly id: number }>(
  snapshots: OracleInput['snapshots'],
  entitiesOf: (answer: StoreAnswer) => readonly T[],
): readonly Version<T>[] {
  const versions: Version<T>[] = [];
  const latest = new Map<number, Version<T>>();
  const add = (version: Version<T>): void => {
    versions.push(version);
    latest.set(version.id, version);
  };
  for (const answer of snapshots) {
    const entities = entitiesOf(answer);
    for (const entity of entities) {
      const before = latest.get(entity.id);
      const isSame = before?.isActive === true && JSON.stringify(before.entity) === JSON.stringify(entity);
      if (!isSame) add({ id: entity.id, validFromUs: answer.slotUs, entity, isActive: true });
    }
    for (const before of [...latest.values()]) {
      const hasVanished = before.isActive && entities.every(({ id }) => id !== before.id);
      if (hasVanished) add({ ...before, validFromUs: answer.slotUs, isActive: false });
    }
  }
  return versions;
}

/** The last version of each entity. */
export function latestOf<T>(versions: readonly Version<T>[]): readonly Version<T>[] {
  const latest = new Map<number, Version<T>>();
  for (const version of versions) latest.set(version.id, version);
  return [...latest.values()];
}
