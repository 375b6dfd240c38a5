import type { LedgerRow } from '../domain/ledger.ts';
import type { RemainingObject } from './unreadable.ts';

/** What a replay of quarantine found and did. */
export interface ReplayReport {
  /** Quarantine objects that hold what was asked for. */
  readonly objects: number;
  /** Pass the checks; in a dry run nothing more is known of them. */
  readonly passed: number;
  /** Of the passed, landed in raw, and in duplicates. */
  readonly accepted: number;
  readonly duplicate: number;
  /** Records that are still refused, by the reason of today. */
  readonly refused: Readonly<Record<string, number>>;
  /** Stand in raw or duplicates already. */
  readonly done: number;
  readonly remaining: readonly RemainingObject[];
  /** Quarantine objects that were not looked at for want of time: call again. */
  readonly left: number;
}

/** Sums up a replay while it goes on. */
export class ReplayTally {
  readonly #refused = new Map<string, number>();
  readonly #remaining: RemainingObject[] = [];
  readonly #counts = { objects: 0, passed: 0, accepted: 0, duplicate: 0, done: 0 };

  object(): void {
    this.#counts.objects += 1;
  }

  done(): void {
    this.#counts.done += 1;
  }

  passes(records: number): void {
    this.#counts.passed += records;
  }

  landed({ accepted, duplicate }: Pick<LedgerRow, 'accepted' | 'duplicate'>): void {
    this.#counts.passed += accepted + duplicate;
    this.#counts.accepted += accepted;
    this.#counts.duplicate += duplicate;
  }

  refused(reason: string): void {
    this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + 1);
  }

  remains(object: RemainingObject): void {
    this.#remaining.push(object);
  }

  report(left: number): ReplayReport {
    const byCount = [...this.#refused].sort(
      ([left, more], [right, fewer]) => fewer - more || (left < right ? -1 : 1),
    );
    return { ...this.#counts, refused: Object.fromEntries(byCount), remaining: this.#remaining, left };
  }
}
