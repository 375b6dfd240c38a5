import type { Check, Model, ModelLibrary, ScratchModel } from '../domain/models/model.ts';
import { predecessors } from '../domain/models/model-library.ts';
import type { RunTables } from './make-anew.ts';

/**
 * Drops the tables of one run that the model was the last to read: they lie uncompressed in a laptop's memory, where a
 * large build needs the room. Elsewhere they wait for the end of the run, since a step that is done again reads them.
 */
export async function dropRead(tables: RunTables, library: ModelLibrary, model: Model): Promise<void> {
  if (tables.engine.dialect !== 'duckdb') return;
  for (const { name } of lastReadBy(library, model)) await tables.drop(name);
}

/** Tables of one run that the model, or a view that only now has its last reader, was the last to read. */
export function lastReadBy(library: ModelLibrary, model: Model): readonly ScratchModel[] {
  const place = library.models.indexOf(model);
  const lastReader = lastReaders(library);
  return library.models.flatMap((read) =>
    read.kind === 'scratch' && mayBeTable(read) && !read.isTouched && lastReader.get(read.name) === place
      ? [read]
      : [],
  );
}

/** A view of few rows is a table in an incremental run. */
function mayBeTable({ isView, restrictions }: ScratchModel): boolean {
  return !isView || restrictions.length > 0;
}

const memory = new WeakMap<ModelLibrary, ReadonlyMap<string, number>>();

/** By name, the place in the build order of whoever reads the model last; checks stand behind all. */
function lastReaders(library: ModelLibrary): ReadonlyMap<string, number> {
  const known = memory.get(library);
  if (known !== undefined) return known;
  const last = new Map<string, number>();
  const places = new Map(library.models.map((model, place) => [model.name, place]));
  const end = library.models.length;
  const readers: readonly (Model | Check)[] = [...library.models, ...library.checks];
  // Backwards, so that a view knows how long it is read before those that it reads are told.
  for (const reader of [...readers].reverse()) {
    const place = places.get(reader.name) ?? end;
    const isView =
      'kind' in reader && (reader.kind === 'source' || (reader.kind === 'scratch' && reader.isView));
    const until = isView ? Math.max(place, last.get(reader.name) ?? place) : place;
    for (const name of predecessors(reader)) last.set(name, Math.max(last.get(name) ?? 0, until));
  }
  memory.set(library, last);
  return last;
}
