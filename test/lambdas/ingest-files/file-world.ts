import { openCompression } from '../../../lambdas/consume-events/compression.ts';
import type { FileReport } from '../../../lambdas/ingest-files/file-report.ts';
import { type FileRequest, ingestFile } from '../../../lambdas/ingest-files/ingest-file.ts';
import { PART_BYTES } from '../../../lambdas/ingest-files/part-writer.ts';
import type { LedgerStore } from '../../../lambdas/ports/ledger-store.ts';
import type { ObjectStore } from '../../../lambdas/ports/object-store.ts';
import { MemoryLedgerStore } from '../../fakes/ledger-store.ts';
import { MemoryObjectStore } from '../../fakes/object-store.ts';

export const SLOT_MS = Date.parse('2026-03-01T06:00:00Z');

/** Files that are brought to a lake in memory. */
export class FileWorld {
  readonly objects = new MemoryObjectStore();
  readonly ledger = new MemoryLedgerStore();
  readBytes = 0;

  bring(
    name: string,
    content: string | Uint8Array,
    options: Partial<FileRequest> & { readonly chunkBytes?: number; readonly partBytes?: number } = {},
    stores: { readonly objects: ObjectStore; readonly ledger: LedgerStore } | null = this,
  ): Promise<FileReport> {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    const { chunkBytes = 65_536, partBytes = PART_BYTES, ...request } = options;
    return ingestFile(
      {
        file: { name, open: () => chunksOf(bytes, chunkBytes) },
        slotMs: SLOT_MS,
        dataset: null,
        separator: null,
        maxBadRows: null,
        isDryRun: false,
        ...request,
      },
      {
        stores,
        compression: openCompression({ codec: 'gzip', level: 1 }),
        partBytes,
        onBytes: (count) => {
          this.readBytes += count;
        },
        mayGoOn: () => undefined,
      },
    );
  }

  /** Landed rows of a dataset's source, parsed. */
  rows(source: string): Record<string, unknown>[] {
    return this.objects.allLines(`raw/${source}/`).map((line) => JSON.parse(line));
  }

  quarantined(): Record<string, unknown>[] {
    return this.objects.allLines('quarantine/files/').map((line) => JSON.parse(line));
  }
}

async function* chunksOf(bytes: Uint8Array, chunkBytes: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += chunkBytes) yield bytes.subarray(from, from + chunkBytes);
}

/** CSV of orders: `rows` are the cells behind the header. */
export function ordersCsv(...rows: readonly string[]): string {
  return ['order_id,ordered_at,customer_id,currency,discount', ...rows, ''].join('\n');
}

export function order(n: number, discount = '1.50'): string {
  return `A-${n},2026-01-31T10:00:00Z,c-${n},EUR,${discount}`;
}
