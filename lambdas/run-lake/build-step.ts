import type { Model } from '../domain/models/model.ts';
import { buildScratch, diffOf } from './build-model.ts';
import { applyDiff } from './build-table.ts';
import { dropRead } from './drop-read.ts';
import { markRange } from './mark-range.ts';
import type { RunLakeDependencies, RunLakeSettings } from './run-dependencies.ts';
import type { RunKnowledge } from './run-knowledge.ts';
import type { RunRecord } from './run-record.ts';
import { SliceReader } from './slice-reader.ts';
import type { TouchedDates } from './touched-dates.ts';

/** What a run of the ledger has changed so far, by name of table or source. */
export type IsChanged = (name: string) => boolean;

/**
 * Builds one model. In engines that commit each table a table takes two calls: the first finds what differs and says so
 * in the record, the second writes it. So a run that dies between them writes what it found, and the models behind see
 * it; one that dies before finds it again.
 */
export async function buildStep(
  deps: RunLakeDependencies,
  settings: RunLakeSettings,
  {
    run,
    model,
    known,
    isChanged,
  }: {
    readonly run: RunRecord;
    readonly model: Model;
    readonly known: RunKnowledge;
    readonly isChanged: IsChanged;
  },
): Promise<RunRecord> {
  const { tables, touched } = known;
  const reader = run.mode === 'full' ? null : readerOf(deps, touched, isChanged);
  const done = { ...run, stepsDone: run.stepsDone + 1, diffed: null };
  const startedMs = deps.clock.nowMs();
  if (model.kind !== 'table') {
    touched.forget(model.name);
    await buildScratch(tables, model, reader);
    await dropRead(tables, deps.models, model);
    return done;
  }
  const before = run.diffed?.model === model.name ? run.diffed : null;
  // Filling a table twice would double it: where an earlier call came to fill it, what is still missing is merged.
  const filled = before?.how === 'fill' && !(await tables.empty.has(model.name)) ? before.counts : null;
  const found = filled === null ? before : null;
  const diff = found ?? (await diffOf(tables, model, reader));
  if (found === null) {
    if (reader?.isFollowed(model)) await markRange(deps.engine, model, settings.task, deps.models.models);
    if (deps.engine.dialect !== 'duckdb') {
      const counts = filled ?? diff.counts;
      return { ...run, diffed: { model: model.name, how: diff.how, counts } };
    }
  }
  const changes = await applyDiff(tables, model, diff);
  await dropRead(tables, deps.models, model);
  const report = { model: model.name, ...changes, durationMs: deps.clock.nowMs() - startedMs };
  return { ...done, models: [...run.models, report] };
}

/** Sources that change whenever anything is staged. */
export const LEDGERS: ReadonlySet<string> = new Set(['ledger', 'ledger_objects', 'batches_to_stage']);

/** Renders what an incremental run reads; a table of slice `all` is due when anything that it reads has changed. */
export function readerOf(
  deps: Pick<RunLakeDependencies, 'models'>,
  touched: TouchedDates,
  isChanged: IsChanged,
): SliceReader {
  const { models } = deps.models;
  const byName = new Map(models.map((model) => [model.name, model]));
  const isInputChanged = (name: string): boolean => {
    const input = byName.get(name);
    if (input === undefined) return true;
    const isDerived = input.kind === 'scratch' || (input.kind === 'source' && input.origin === 'select');
    return isDerived ? input.inputs.some(isInputChanged) : isChanged(name);
  };
  const isObjects = (name: string) => {
    const input = byName.get(name);
    return input?.kind === 'source' && input.origin === 'objects';
  };
  // To a model of raw objects the ledger says no more than which of them count.
  const isTold = (name: string, { inputs }: { readonly inputs: readonly string[] }) =>
    !(LEDGERS.has(name) && inputs.some(isObjects));
  return new SliceReader(touched, models, (model) =>
    model.inputs.some((name) => isTold(name, model) && isInputChanged(name)),
  );
}
