/** How many letters may be wrong, missing, too many or swapped for a name to count as near. */
const MOST_EDITS = 3;

/** The names that somebody may have meant, nearest first: few letters away, or holding what was given. */
export function similarNames(given: string, names: readonly string[]): readonly string[] {
  const wanted = given.toLowerCase();
  return names
    .map((name) => ({ name, edits: name.includes(wanted) ? 1 : editsBetween(wanted, name) }))
    .filter(({ edits }) => edits <= Math.min(MOST_EDITS, Math.ceil(wanted.length / 3)))
    .sort((left, right) => left.edits - right.edits || (left.name < right.name ? -1 : 1))
    .map(({ name }) => name);
}

/** Levenshtein's distance, a row of the table at a time. */
function editsBetween(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let at = 1; at <= left.length; at += 1) {
    const next = [at];
    for (let to = 1; to <= right.length; to += 1) {
      const replaced = (row[to - 1] ?? 0) + (left[at - 1] === right[to - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[to] ?? 0) + 1, (next[to - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
