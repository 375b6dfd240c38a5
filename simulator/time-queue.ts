/** Things in order of time; of equal times, in the order in which they were added. */
export interface TimeQueue<T> {
  add(timeMs: number, item: T): void;
  /** Time of the earliest, or Infinity when there is none. */
  nextTimeMs(): number;
  /** Removes and returns the earliest. */
  take(): T | undefined;
}

interface Entry<T> {
  readonly timeMs: number;
  readonly serial: number;
  readonly item: T;
}

/** A binary heap: adding and taking cost the logarithm of what waits. */
export function createTimeQueue<T>(): TimeQueue<T> {
  const heap: Entry<T>[] = [];
  let serial = 0;
  return {
    add(timeMs, item) {
      heap.push({ timeMs, serial, item });
      serial += 1;
      rise(heap);
    },
    nextTimeMs: () => heap[0]?.timeMs ?? Number.POSITIVE_INFINITY,
    take() {
      const first = heap[0];
      const last = heap.pop();
      if (first !== undefined && last !== undefined && heap.length > 0) sink(heap, last);
      return first?.item;
    },
  };
}

function isBefore<T>(left: Entry<T>, right: Entry<T>): boolean {
  return left.timeMs < right.timeMs || (left.timeMs === right.timeMs && left.serial < right.serial);
}

/** Moves the newest entry up to its place. */
function rise<T>(heap: Entry<T>[]): void {
  let at = heap.length - 1;
  const entry = heap[at];
  while (entry !== undefined && at > 0) {
    const parentAt = (at - 1) >> 1;
    const parent = heap[parentAt];
    if (parent === undefined || !isBefore(entry, parent)) return;
    heap[parentAt] = entry;
    heap[at] = parent;
    at = parentAt;
  }
}

/** Puts an entry on top and moves it down to its place. */
function sink<T>(heap: Entry<T>[], entry: Entry<T>): void {
  let at = 0;
  for (;;) {
    const left = heap[2 * at + 1];
    const right = heap[2 * at + 2];
    const child = right !== undefined && left !== undefined && isBefore(right, left) ? right : left;
    if (child === undefined || isBefore(entry, child)) break;
    heap[at] = child;
    at = child === left ? 2 * at + 1 : 2 * at + 2;
  }
  heap[at] = entry;
}
