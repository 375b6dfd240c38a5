import type { Timers } from '../ports/timers.ts';

export const IDLE = Symbol('the source has nothing for now');

/** The items of a source, and IDLE whenever the next one keeps us waiting for longer than `afterMs`. */
export async function* withIdleMarks<Item>(
  source: AsyncIterable<Item> | Iterable<Item>,
  timers: Timers,
  afterMs: number,
): AsyncGenerator<Item | typeof IDLE> {
  const iterator = asyncIteratorOf(source);
  try {
    for (;;) {
      const next = iterator.next();
      if (await takesLonger(next, timers, afterMs)) yield IDLE;
      const { done, value } = await next;
      if (done === true) return;
      yield value;
    }
  } finally {
    await iterator.return(undefined);
  }
}

async function* asyncIteratorOf<Item>(
  source: AsyncIterable<Item> | Iterable<Item>,
): AsyncGenerator<Item, void, undefined> {
  yield* source;
}

/** A failure is quick too: whoever awaits the promise is told. */
function takesLonger(promise: Promise<unknown>, timers: Timers, afterMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = timers.after(afterMs, () => resolve(true));
    const end = () => {
      cancel();
      resolve(false);
    };
    promise.then(end, end);
  });
}
