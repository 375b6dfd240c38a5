import { readableKey } from '../../../lambdas/domain/set-aside.ts';
import { notesByKey, setAsideBroken } from '../../../lambdas/run-lake/verify-objects.ts';
import { openLake } from '../../lake.ts';
import { type LakeStores, openLakeStores } from '../../lake-stores.ts';
import type { CommandContext } from '../context.ts';
import { holdingLake } from '../lake-lease.ts';
import { counted } from '../progress.ts';
import { CountingTelemetry } from '../reporter-telemetry.ts';
import { type Finding, failure, ok } from './finding.ts';

const CHECK = 'bytes of objects';

/**
 * Reads every object that the ledger names and compares its digest. What is missing or holds other bytes is noted as
 * set aside, as a run would, and is a failure that bears its name. Waits for another command that works on the lake.
 */
export async function proveObjects(context: CommandContext, waitS: number): Promise<readonly Finding[]> {
  const lake = openLake(context.lakeFolder);
  const stores = await openLakeStores(lake, context.clock);
  try {
    return await holdingLake(context, stores.leases, { command: 'doctor', waitS }, () =>
      proved(context, stores),
    );
  } finally {
    stores.close();
  }
}

async function proved(context: CommandContext, stores: LakeStores): Promise<readonly Finding[]> {
  const rows = await stores.ledger.rows();
  const keys = new Set(rows.flatMap(({ objects }) => objects.map(({ key }) => key)));
  const step = context.reporter.step('Proving', { unit: 'objects', total: keys.size });
  let read = 0;
  const onRead = () => {
    // An object that was read is noted already: the next call finds what is left.
    context.interrupt.check();
    read += 1;
    step.update(read);
  };
  await setAsideBroken({ ...stores, telemetry: new CountingTelemetry() }, rows, () => true, onRead);
  step.end();
  const notes = notesByKey(await stores.ledger.setAsides());
  const broken = [...keys].filter((key) => readableKey(key, notes) === null).sort();
  if (broken.length === 0) return [ok(CHECK, `${counted(keys.size, 'object')} as they were stored`)];
  return broken.map((key) => failure(CHECK, `${key}: ${notes.get(key)?.detail}; \`rebuild-object --all\`.`));
}
