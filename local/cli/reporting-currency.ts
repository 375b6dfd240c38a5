import { readLakeState } from '../../lambdas/run-lake/lake-state.ts';
import type { Lake } from '../lake.ts';
import { openLakeStores } from '../lake-stores.ts';
import type { CommandContext } from './context.ts';
import { usageError } from './errors.ts';

/** Throws a usage error when the lake reports in another currency than the one asked for; undefined asks for none. */
export async function requireSameCurrency(
  context: CommandContext,
  lake: Lake,
  asked: string | undefined,
): Promise<void> {
  if (asked === undefined) return;
  const stores = await openLakeStores(lake, context.clock);
  try {
    const { reportingCurrency } = await readLakeState(stores.ledger);
    if (reportingCurrency === null || reportingCurrency === asked) return;
    throw usageError(
      `The lake in ${lake.folder} reports in ${reportingCurrency}, fixed by its first build, and --currency asks for ${asked}: leave --currency out, or send the events to another --lake.`,
    );
  } finally {
    stores.close();
  }
}
