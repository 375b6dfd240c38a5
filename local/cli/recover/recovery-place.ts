import type { ConsumeDependencies } from '../../../lambdas/consume-events/consume-batch.ts';
import type { StreamReader } from '../../../lambdas/ports/stream.ts';
import { type Lake, openLake } from '../../lake.ts';
import { openLakeStores } from '../../lake-stores.ts';
import { openLakeStream } from '../../lake-stream.ts';
import { LocalStreamReader } from '../../local-stream-reader.ts';
import type { CommandContext } from '../context.ts';
import { InterruptedError } from '../errors.ts';
import { holdingLake } from '../lake-lease.ts';
import { CountingTelemetry } from '../reporter-telemetry.ts';

export interface RecoveryOptions {
  /** The command's name, for whoever has to wait. */
  readonly command: string;
  readonly waitS: number;
  readonly isDryRun: boolean;
}

/** A lake with what every way back needs of it. */
export interface RecoveryPlace extends ConsumeDependencies {
  readonly lake: Lake;
  readonly stream: StreamReader;
  /** Throws once the person asked to stop, or another command has taken the lake over; called between pieces of work. */
  mayGoOn(): void;
}

/**
 * Does the work while this process alone writes the lake's ledger, as `run` does: what has come back already is read
 * from the ledger first. A dry run writes nothing and waits for nobody.
 */
export async function recovering<T>(
  context: CommandContext,
  options: RecoveryOptions,
  work: (place: RecoveryPlace) => Promise<T>,
): Promise<T> {
  const lake = openLake(context.lakeFolder);
  const stores = await openLakeStores(lake, context.clock);
  const stream = openLakeStream(lake, context.clock);
  const { objects, claims, ledger, leases } = stores;
  const place = (checkLease: () => void): RecoveryPlace => ({
    lake,
    objects,
    claims,
    ledger,
    stream: new LocalStreamReader(stream),
    telemetry: new CountingTelemetry(),
    mayGoOn: () => {
      checkLease();
      requireNoInterrupt(context);
    },
  });
  try {
    if (options.isDryRun) return await work(place(() => undefined));
    return await holdingLake(context, leases, options, (held) => work(place(() => held.check())));
  } finally {
    stream.close();
    stores.close();
  }
}

function requireNoInterrupt({ interrupt }: CommandContext): void {
  if (interrupt.signal.aborted)
    throw new InterruptedError('Stopped as asked: the same command goes on from here.');
}
