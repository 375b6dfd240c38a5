import type { Clock } from '../../lambdas/ports/clock.ts';

/** Where progress goes: stderr, or a list in tests. */
export interface ProgressSink {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export interface StepOptions {
  /** What is counted: `lines`, `records`. */
  readonly unit: string;
  /** How many there will be, in the same unit as `advance` counts, when known. */
  readonly total?: number;
}

/** One piece of work whose end is awaited. */
export interface ProgressStep {
  /** `done` so far; `share` (0..1) tells the time left where the total is not known in units; a `note` replaces the count. */
  update(done: number, share?: number, note?: string): void;
  /** Ends the step; `text` replaces the default last line. */
  end(text?: string): void;
}

const REDRAW_EVERY_MS = 100;
const LINE_EVERY_MS = 10_000;

/**
 * Words for people on stderr: on a terminal one line that is redrawn (count, rate, time left), elsewhere a plain line
 * at the end of each step and every ten seconds in between. `quiet` leaves warnings and errors alone.
 */
export class Reporter {
  readonly #sink: ProgressSink;
  readonly #clock: Clock;
  readonly #isQuiet: boolean;
  #openLine = false;

  constructor(sink: ProgressSink, clock: Clock, options: { readonly isQuiet: boolean }) {
    this.#sink = sink;
    this.#clock = clock;
    this.#isQuiet = options.isQuiet;
  }

  info(text: string): void {
    if (!this.#isQuiet) this.#line(text);
  }

  warn(text: string): void {
    this.#line(`warning: ${text}`);
  }

  step(name: string, options: StepOptions): ProgressStep {
    const startMs = this.#clock.nowMs();
    const isLive = this.#sink.isTTY === true;
    let shownMs = startMs;
    let count = 0;
    const describe = (share: number | undefined, note?: string) =>
      describeProgress(name, options, { done: count, share, note, elapsedMs: this.#clock.nowMs() - startMs });
    return {
      update: (done, share, note) => {
        count = done;
        const nowMs = this.#clock.nowMs();
        if (this.#isQuiet || nowMs - shownMs < (isLive ? REDRAW_EVERY_MS : LINE_EVERY_MS)) return;
        shownMs = nowMs;
        if (isLive) this.#redraw(describe(share, note));
        else this.#line(describe(share, note));
      },
      end: (text) => {
        if (!this.#isQuiet) this.#line(text ?? describe(1));
      },
    };
  }

  #redraw(text: string): void {
    const width = (this.#sink.columns ?? 80) - 1;
    this.#sink.write(`\r\u001b[2K${text.slice(0, width)}`);
    this.#openLine = true;
  }

  #line(text: string): void {
    this.#sink.write(`${this.#openLine ? '\r\u001b[2K' : ''}${text}\n`);
    this.#openLine = false;
  }
}

interface ProgressState {
  readonly done: number;
  readonly share: number | undefined;
  readonly note?: string | undefined;
  readonly elapsedMs: number;
}

/** `Sending: 120,000 of 1,000,000 lines, 45,000/s, 20 s left` */
export function describeProgress(name: string, options: StepOptions, state: ProgressState): string {
  const total = options.total;
  const isDone = state.share === 1 || (total !== undefined && state.done >= total);
  const share = total !== undefined && total > 0 ? state.done / total : state.share;
  const of = total === undefined || isDone ? '' : ` of ${formatCount(total)}`;
  const parts = [`${name}: ${state.note ?? `${formatCount(state.done)}${of} ${options.unit}`}`];
  const seconds = state.elapsedMs / 1000;
  if (state.note === undefined && state.done > 0 && seconds >= 0.5)
    parts.push(`${formatCount(Math.round(state.done / seconds))}/s`);
  if (isDone) parts.push(formatSeconds(seconds));
  else if (share !== undefined && share > 0.01) {
    parts.push(`${formatSeconds((seconds / share) * (1 - share))} left`);
  }
  return parts.join(', ');
}

export function formatCount(value: number): string {
  return value.toLocaleString('en-US');
}

/** `12,345` and the word, in the number that fits. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** `0.4 s`, `12 s`, `3 min 05 s` */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}
