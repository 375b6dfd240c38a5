import { createHash, createHmac } from 'node:crypto';
import type { Admission } from '../../../lambdas/domain/admission.ts';
import { FUNNELS, type Funnel } from '../../../lambdas/domain/funnels.ts';
import { answersOf } from '../../oracle/answers.ts';
import type { EventCopy, OracleInput, StoreAnswer } from '../../oracle/input.ts';
import { currencyOfFirstPurchase } from '../../oracle/reporting-currency.ts';
import type { Answer } from '../../oracle/row.ts';
import { stage } from '../../oracle/staging.ts';
import { parseTime } from '../../oracle/times.ts';
import { watermarkAfter } from '../../oracle/watermark.ts';
import { differenceOf, differenceText, type TableRows } from './compare-tables.ts';
import type { EventFile, HistoryStep, StoreSnapshot } from './history.ts';
import { ALLOWED_LATENESS_MS, EMAIL_KEY, fileBytes } from './history-lake.ts';

const ALLOWED_LATENESS_US = ALLOWED_LATENESS_MS * 1000;

/** Keeps what a history gives its lake, and asks the oracle what the tables hold then. */
export class OracleOfHistory {
  readonly #funnels: readonly Funnel[];
  readonly #copies: EventCopy[] = [];
  readonly #snapshots: StoreAnswer[] = [];
  #admissions: readonly Admission[] = [];
  #watermarkUs: number | null = null;
  #currency: string | null = null;

  constructor(funnels: readonly Funnel[] = FUNNELS) {
    this.#funnels = funnels;
  }

  /** Follows a step that the lake has taken; `admissions`: those in force after it. */
  take(step: HistoryStep, admissions: readonly Admission[]): void {
    this.#admissions = admissions;
    switch (step.kind) {
      case 'land':
        this.#copies.push(
          ...step.records.map(({ shardId, sequence, arrivalMs, event }) => ({
            arrivalUs: arrivalMs * 1000,
            shardId,
            sequence: BigInt(sequence),
            index: 0,
            isOfFile: false,
            sent: event,
          })),
        );
        return;
      case 'snapshot':
        this.#snapshots.push(answerOf(step.snapshot));
        return;
      case 'file':
        this.#copies.push(...copiesOf(step.file));
        return;
      case 'run':
      case 'rebuild':
        this.#watermarkUs = watermarkAfter({
          beforeUs: this.#watermarkUs,
          stagedArrivalsUs: this.#copies.filter((copy) => !copy.isOfFile).map((copy) => copy.arrivalUs),
          oldestWaitingUs: step.oldestWaitingMs === null ? null : step.oldestWaitingMs * 1000,
          allowedLatenessUs: ALLOWED_LATENESS_US,
        });
        this.#currency ??= currencyOfFirstPurchase(stage(this.#input()));
        return;
      case 'backfill':
        this.#currency ??= currencyOfFirstPurchase(stage(this.#input()));
    }
  }

  /** Adds to the breaches what differs, and returns how many rows were compared. */
  compare(tables: readonly TableRows[], breaches: string[]): number {
    let rows = 0;
    for (const answer of answersOf(this.#input())) {
      const left = tables.find(({ table }) => table === answer.table);
      if (left === undefined) throw new RangeError(`the lake has no table ${answer.table}`);
      const difference = differenceOf(left, tableOf(answer, left), ['lake', 'oracle']);
      if (difference !== null) breaches.push(`as the oracle says: ${differenceText(difference)}`);
      rows += answer.rows.length;
    }
    return rows;
  }

  #input(): OracleInput {
    return {
      copies: this.#copies,
      snapshots: this.#snapshots,
      allowedLatenessUs: ALLOWED_LATENESS_US,
      admissions: this.#admissions.map(({ fromDate, toDate, arrivedUntil }) => ({
        from: fromDate,
        to: toDate,
        arrivedUntilUs: parseTime(arrivedUntil),
      })),
      watermarkUs: this.#watermarkUs,
      reportingCurrency: this.#currency,
      funnels: this.#funnels,
    };
  }
}

/** The oracle's rows; a table that it leaves empty has all columns of the lake's. */
function tableOf({ table, key, rows }: Answer, lake: TableRows): TableRows {
  const columns = rows[0] === undefined ? lake.columns : Object.keys(rows[0]);
  const cells = rows.map((row) =>
    columns.map((column) => {
      const cell = row[column] ?? null;
      return cell === null ? null : String(cell);
    }),
  );
  return { table, key, columns, rows: cells };
}

function answerOf({ slot, products, users, carts }: StoreSnapshot): StoreAnswer {
  return {
    slotUs: Date.parse(slot) * 1000,
    products,
    users: users.map(({ id, email }) => ({
      id,
      emailHash: createHmac('sha256', EMAIL_KEY).update(email).digest('hex'),
    })),
    carts,
  };
}

function copiesOf(file: EventFile): readonly EventCopy[] {
  const digest = createHash('sha256').update(fileBytes(file)).digest('hex');
  return file.events.map((sent, index) => ({
    arrivalUs: Date.parse(file.slot) * 1000,
    shardId: `file-${digest.slice(0, 16)}`,
    sequence: BigInt(index + 1),
    index: 0,
    isOfFile: true,
    sent,
  }));
}
