import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from '../../../lambdas/ports/clock.ts';
import type { LeaseStore } from '../../../lambdas/ports/lease-store.ts';
import type { LedgerStore } from '../../../lambdas/ports/ledger-store.ts';
import type { ObjectStore } from '../../../lambdas/ports/object-store.ts';
import { brokenObjects } from '../../../lambdas/recover-events/rebuild-object.ts';
import { openDuckDb } from '../../duckdb-engine.ts';
import { LAKE_LAYOUT_VERSION, type Lake, openLake, usableFolder } from '../../lake.ts';
import { FAILURES_PREFIX } from '../../lake-failures.ts';
import { type LakeSource, readSources } from '../../lake-sources.ts';
import { openLakeStores } from '../../lake-stores.ts';
import { StorageError } from '../../storage-error.ts';
import { abandonedTempFolders, removeAbandonedTempFolders } from '../../temp-files.ts';
import { lookAtLease } from '../lake-lease.ts';
import { holdsTables } from '../read-database.ts';
import { readGaps } from '../status/gaps.ts';
import { examined, type Finding, ok, warning } from './finding.ts';

const REACH_TIMEOUT_MS = 5_000;

/** How a lake is; `isFixing` frees what dead processes left behind. None there is a warning, not a failure. */
export async function examineLake(
  folder: string,
  options: { readonly clock: Clock; readonly isFixing: boolean },
): Promise<readonly Finding[]> {
  if (!existsSync(path.join(folder, 'lake.json'))) {
    const none = async () =>
      warning('lake', `There is none in ${usableFolder(folder)} yet: \`demo\` or \`send FILE\` makes one.`);
    return [await examined('lake', none)];
  }
  let lake: Lake | null = null;
  const marker = await examined('lake', async () => {
    lake = openLake(folder);
    return ok('lake', `${lake.folder}, layout version ${LAKE_LAYOUT_VERSION}, made by ${lake.madeBy}`);
  });
  return lake === null ? [marker] : [marker, ...(await examineOpenLake(lake, options))];
}

async function examineOpenLake(
  lake: Lake,
  options: { readonly clock: Clock; readonly isFixing: boolean },
): Promise<readonly Finding[]> {
  const findings = [
    await examined('folder', async () => writableFinding(lake)),
    await examined('tables', () => tablesFinding(lake)),
    await examined('temporary files', async () => tempFinding(lake, options.isFixing)),
  ];
  const state = await examined('state', async () => {
    const stores = await openLakeStores(lake, options.clock);
    try {
      findings.push(await examined('lock', () => lockFinding(stores.leases, options)));
      findings.push(await examined('objects', () => objectsFinding(stores.ledger)));
      findings.push(await examined('given-up batches', () => gapsFinding(stores.objects)));
      findings.push(...(await Promise.all((await readSources(stores.ledger)).map(sourceFinding))));
    } finally {
      stores.close();
    }
    return ok('state', 'can be read');
  });
  return [state, ...findings];
}

function writableFinding(lake: Lake): Finding {
  const probe = path.join(lake.folder, `.doctor-${process.pid}`);
  writeFileSync(probe, 'x');
  rmSync(probe);
  return ok('folder', 'can be written');
}

async function lockFinding(
  leases: LeaseStore,
  options: { readonly clock: Clock; readonly isFixing: boolean },
): Promise<Finding> {
  const { lease, isDead } = await lookAtLease(leases, options.clock, 'doctor');
  if (lease === null) return ok('lock', 'nobody works on the lake');
  const other = lease.holder;
  if (!isDead) return ok('lock', `held by ${other}`);
  if (!options.isFixing) {
    return warning(
      'lock',
      `held by ${other}, which no longer runs: the next \`run\` frees it, or \`doctor --fix\`.`,
    );
  }
  await leases.release(lease);
  return ok('lock', `freed: ${other} no longer runs`);
}

async function objectsFinding(ledger: LedgerStore): Promise<Finding> {
  const broken = await brokenObjects(ledger);
  if (broken.length === 0) return ok('objects', 'none is set aside');
  const [first = ''] = broken;
  const others = broken.length === 1 ? '' : ` and ${broken.length - 1} more`;
  return warning('objects', `set aside: ${first}${others}; \`rebuild-object\` writes them anew.`);
}

async function gapsFinding(objects: ObjectStore): Promise<Finding> {
  const gaps = await readGaps(objects);
  if (gaps.length === 0) return ok('given-up batches', 'none');
  return warning(
    'given-up batches',
    `${gaps.length} under ${FAILURES_PREFIX}: \`redrive\` lands them, or says why not.`,
  );
}

function tempFinding(lake: Lake, isFixing: boolean): Finding {
  const left = abandonedTempFolders(lake);
  if (left.length === 0) return ok('temporary files', 'none left behind');
  if (!isFixing) {
    return warning(
      'temporary files',
      `${left.length} left by dead processes: \`doctor --fix\` removes them.`,
    );
  }
  removeAbandonedTempFolders(lake);
  return ok('temporary files', `removed ${left.length} of dead processes`);
}

const NONE_BUILT = 'none built yet';

async function tablesFinding(lake: Lake): Promise<Finding> {
  if (!existsSync(lake.databaseFile)) return ok('tables', NONE_BUILT);
  try {
    const engine = await openDuckDb({ file: lake.databaseFile, readOnly: true });
    try {
      return ok('tables', (await holdsTables(engine)) ? 'can be read' : NONE_BUILT);
    } finally {
      engine.close();
    }
  } catch (error) {
    if (error instanceof StorageError && error.fault === 'busy') return ok('tables', error.message);
    throw error;
  }
}

async function sourceFinding(source: LakeSource): Promise<Finding> {
  const check = `source ${source.name}`;
  const url = new URL('products', source.baseUrl);
  try {
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(REACH_TIMEOUT_MS) });
    await answer.body?.cancel();
    if (answer.ok) return ok(check, `${url.href} answers`);
    return warning(check, `${url.href} answers ${answer.status}: its last good snapshot stays in use.`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return warning(check, `${url.href} does not answer (${why}): its last good snapshot stays in use.`);
  }
}
