import type { ConsumeSettings } from '../../../lambdas/consume-events/consume-batch.ts';
import { checkRecord } from '../../../lambdas/domain/events/check-record.ts';
import {
  brokenObjects,
  type RebuildOutcome,
  rebuildObject,
} from '../../../lambdas/recover-events/rebuild-object.ts';
import {
  type OrphanCopy,
  type ReinstateReport,
  reinstateOrphans,
} from '../../../lambdas/recover-events/reinstate-orphans.ts';
import { type ReplayOptions, replayQuarantine } from '../../../lambdas/recover-events/replay-quarantine.ts';
import type { ReplayReport } from '../../../lambdas/recover-events/replay-report.ts';
import { MemoryStreamReader } from '../../fakes/stream-reader.ts';
import { ConsumerWorld, recordAt, SETTINGS, visit } from '../consume-events/consumer-world.ts';
import { utf8 } from '../domain/events/sample-events.ts';

/** The consumer's stores with every way back. */
export class RecoveryWorld extends ConsumerWorld {
  readonly stream = new MemoryStreamReader();
  settings: ConsumeSettings = SETTINGS;
  readonly compression = SETTINGS.compression;
  /** The contract of the day of the replay. */
  check: typeof checkRecord = checkRecord;

  replay(options: Partial<ReplayOptions> = {}): Promise<ReplayReport> {
    const defaults = { settings: SETTINGS, reason: null, sinceMs: null, isDryRun: false };
    return replayQuarantine(this, { ...defaults, ...options });
  }

  reinstate(orphans: readonly OrphanCopy[], isDryRun = false): Promise<ReinstateReport> {
    return reinstateOrphans(orphans, this, { isDryRun });
  }

  rebuild(key: string, isDryRun = false): Promise<RebuildOutcome> {
    return rebuildObject(key, this, { isDryRun });
  }

  broken(): Promise<readonly string[]> {
    return brokenObjects(this.ledger);
  }

  /** The only key under a prefix. */
  keyIn(prefix: string): string {
    const [key, ...others] = this.objects.keys(prefix);
    if (key === undefined || others.length > 0)
      throw new Error(`${others.length} other objects in ${prefix}`);
    return key;
  }

  /** Turns one byte in the middle of an object. */
  spoil(key: string): void {
    const bytes = Uint8Array.from(this.objects.objects.get(key) ?? []);
    const middle = bytes.length >> 1;
    bytes[middle] = (bytes[middle] ?? 0) ^ 0xff;
    this.objects.objects.set(key, bytes);
  }

  /** Ledger rows of recoveries. */
  recoveries() {
    return [...this.ledger.stored.values()].filter(({ origin }) => origin !== 'stream');
  }

  /** What landed, and the ledger. */
  state(): unknown {
    return { objects: [...this.objects.objects], ledger: [...this.ledger.stored.values()] };
  }
}

/** A contract that takes a type by another name: what a mended contract does. */
export function renaming(from: string, to: string): typeof checkRecord {
  return (data, arrivalTimeMs) => {
    const text = Buffer.from(data).toString('utf8').replace(`"event_type":"${from}"`, `"event_type":"${to}"`);
    const checked = checkRecord(utf8(text), arrivalTimeMs);
    // What is kept are the record's own bytes, under the verdict of the new contract.
    return checked.map((event) =>
      event.kind === 'accepted' ? { ...event, source: data, from: 1, to: data.length } : event,
    );
  };
}

/** An event of a type that no contract knows yet. */
export function wish(n: number, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return visit(n, { event_type: 'wishlist', ...changes });
}

/** A batch with two events of a type that the contract of its day did not know. */
export async function drifted(): Promise<RecoveryWorld> {
  const world = new RecoveryWorld();
  await world.land([
    recordAt(1, visit(1)),
    recordAt(2, wish(2)),
    recordAt(3, '{"broken'),
    recordAt(4, wish(4)),
    recordAt(5, visit(5)),
  ]);
  return world;
}

/** The same, on the day of the contract that knows it. */
export async function mended(): Promise<RecoveryWorld> {
  const world = await drifted();
  world.check = renaming('wishlist', 'page_view');
  return world;
}
