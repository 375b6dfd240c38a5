import type { Draft } from '../draft.ts';

/** Something that a history may hold, at which a build can go wrong. */
export interface Edge {
  readonly name: string;
  /** Whether final rows stay all the same. */
  readonly isCalm: boolean;
  /** Adds it to the history. */
  readonly add: (draft: Draft) => void;
}
