import { readFileSync } from 'node:fs';
import { openCompression } from '../../../lambdas/consume-events/compression.ts';
import { consumeBatch } from '../../../lambdas/consume-events/consume-batch.ts';
import { batchOf } from '../../../lambdas/runtime/kinesis-batch.ts';
import { MemoryClaimStore } from '../../fakes/claim-store.ts';
import { MemoryLedgerStore } from '../../fakes/ledger-store.ts';
import { MemoryTelemetry } from '../../fakes/telemetry.ts';

/** Run by a test as a program of its own: lands the payload of a file as the handler does, and prints what it took. */
const [file = ''] = process.argv.slice(2);
const batch = batchOf(JSON.parse(readFileSync(file, 'utf8')));
let storedBytes = 0;
const objects = {
  putIfAbsent: async (_: string, body: Uint8Array) => {
    storedBytes += body.length;
    return 'created' as const;
  },
  get: async () => null,
  list: async function* () {},
  locationOf: (key: string) => key,
};
const { row, firstUndone } = await consumeBatch(
  batch,
  {
    objects,
    claims: new MemoryClaimStore(),
    ledger: new MemoryLedgerStore(),
    telemetry: new MemoryTelemetry(),
  },
  {
    claimTtlMs: 8 * 86_400_000,
    compression: openCompression({ codec: 'zstd', level: 1 }),
    // As the handler has it.
    maxBatchBytes: 32 * 1_048_576,
  },
);
const peakMb = Math.round(process.resourceUsage().maxRSS / 1_024);
console.log(JSON.stringify({ received: row?.received, storedBytes, peakMb, isWhole: firstUndone === null }));
