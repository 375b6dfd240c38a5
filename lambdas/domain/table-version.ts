/**
 * Who last changed which rows of a table, by the runs that did: what may be taken from an earlier build, and what not.
 */
export interface TableVersion {
  /** The last run that may have changed any partition; null when that is not known. */
  readonly all: string | null;
  /** Runs that have changed single partitions since: by date, or by the first day of a month. */
  readonly partitions: Readonly<Record<string, string>>;
}

/** Nobody knows when it last changed. */
export const UNKNOWN_VERSION: TableVersion = { all: null, partitions: {} };

/** The last run that may have changed the partition. */
export function versionOfPartition({ all, partitions }: TableVersion, partition: string): string | null {
  return partitions[partition] ?? all;
}

/**
 * The version after a run that changed rows: in the partitions given, or, where they are null or one of them is no
 * date, anywhere.
 */
export function versionAfter(
  before: TableVersion,
  runId: string,
  changed: readonly string[] | null,
): TableVersion {
  if (changed === null || changed.length === 0 || !changed.every(isDate)) {
    return { all: runId, partitions: {} };
  }
  const partitions = { ...before.partitions };
  for (const partition of changed) partitions[partition] = runId;
  return { all: before.all, partitions };
}

/**
 * A text that is the same for two versions only when no run has changed the partitions in between; null when that is not
 * known of one of them. An unpartitioned table (null) has its run's name.
 */
export function versionText(version: TableVersion, partitions: readonly string[] | null): string | null {
  if (partitions === null) return version.all;
  const pairs = partitions.map((partition) => [partition, versionOfPartition(version, partition)] as const);
  return pairs.some(([, run]) => run === null) ? null : JSON.stringify(pairs);
}

/** The same for a whole table, whatever partitions it has. */
export function wholeVersionText({ all, partitions }: TableVersion): string | null {
  const changed = Object.entries(partitions).sort(([left], [right]) => (left < right ? -1 : 1));
  if (changed.length === 0) return all;
  return JSON.stringify({ all, changed });
}

function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text);
}
