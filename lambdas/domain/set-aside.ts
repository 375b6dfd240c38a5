/**
 * A stored object that does not hold what its ledger row says: staging goes on without it until it is rebuilt.
 * There is one note to an object.
 */
export interface SetAside {
  readonly objectKey: string;
  /** The ledger row that names the object; of several the first by id. */
  readonly ledgerId: string;
  /** What was found, in words: missing, or other bytes. */
  readonly detail: string;
  /**
   * The object that holds the same records now: a rebuilt one, or this one itself when its bytes are whole again.
   * Null while there is none.
   */
  readonly replacementKey: string | null;
}

/**
 * The object to read for a key: itself, the replacement that its note names (which may have been set aside and replaced
 * in its turn), or null when nothing holds the records now.
 */
export function readableKey(key: string, notes: ReadonlyMap<string, SetAside>): string | null {
  const visited = new Set<string>();
  for (let at = key; ; ) {
    const note = notes.get(at);
    if (note === undefined || note.replacementKey === at) return at;
    if (note.replacementKey === null || visited.has(at)) return null;
    visited.add(at);
    at = note.replacementKey;
  }
}
