import * as z from 'zod';
import { type BadRowLimit, parseBadRowLimit } from '../domain/datasets/bad-row-limit.ts';
import { DATASETS, findDataset } from '../domain/datasets/catalogue.ts';
import type { Dataset } from '../domain/datasets/dataset.ts';
import { LANDING_PREFIX } from '../domain/datasets/landing-prefixes.ts';
import type { DroppedFile } from '../ports/landing-zone.ts';
import { parseSeparator, SEPARATOR_WORDS, type Separator } from './separators.ts';

/** A file to take in, and how. */
export interface DropRequest extends DroppedFile {
  /** When it was dropped. A retry brings the same time, so it meets its own objects. */
  readonly slotMs: number;
  /** Null: told by the columns. */
  readonly dataset: Dataset | null;
  /** Null: told by the header. */
  readonly separator: Separator | null;
  /** Null: the dataset's own. */
  readonly maxBadRows: BadRowLimit | null;
  /** An operator's word that a snapshot has become far smaller. */
  readonly acceptsShrink: boolean;
}

/** The invocation names no file, or asks for what there is not. */
export class DropRequestError extends Error {
  override readonly name = 'DropRequestError';
}

/** EventBridge's event of S3, `Object Created`; unlike a notification's, its keys are as people wrote them. */
const NOTICE = z.object({
  source: z.literal('aws.s3'),
  time: z.iso.datetime({ offset: true }),
  detail: z.object({
    object: z.object({ key: z.string().min(1), 'version-id': z.string().min(1) }),
  }),
});

const ASKED = z.strictObject({
  key: z.string().startsWith(LANDING_PREFIX),
  versionId: z.string().min(1),
  slot: z.iso.datetime({ offset: true }),
  dataset: z.enum(DATASETS.map(({ name }) => name)).optional(),
  separator: z.string().optional(),
  maxBadRows: z.string().optional(),
  acceptShrink: z.boolean().default(false),
});

/**
 * Reads what an invocation is about: S3's notice of a dropped file, or by hand what the report on a file gives as
 * `again`, with `dataset`, `separator`, `maxBadRows` and `acceptShrink` as one likes. Throws DropRequestError.
 */
export function readDropRequest(event: unknown): DropRequest {
  const notice = NOTICE.safeParse(event);
  if (notice.success) {
    const { time, detail } = notice.data;
    const { key, 'version-id': versionId } = detail.object;
    return {
      key,
      versionId,
      slotMs: Date.parse(time),
      dataset: datasetOfFolder(key),
      separator: null,
      maxBadRows: null,
      acceptsShrink: false,
    };
  }
  const asked = ASKED.safeParse(event);
  if (asked.success) return requestByHand(asked.data);
  const [issue] = asked.error.issues;
  throw new DropRequestError(
    `Expected S3's notice of a file, or key (${LANDING_PREFIX}...), versionId and slot, with dataset, separator, maxBadRows and acceptShrink if need be: ${issue?.path.join('.') ?? ''} does not fit`,
  );
}

function requestByHand(asked: z.output<typeof ASKED>): DropRequest {
  const { key, versionId, slot, dataset, separator, maxBadRows, acceptShrink } = asked;
  return {
    key,
    versionId,
    slotMs: Date.parse(slot),
    dataset: dataset === undefined ? datasetOfFolder(key) : findDataset(dataset),
    separator: separator === undefined ? null : separatorOf(separator),
    maxBadRows: maxBadRows === undefined ? null : limitOf(maxBadRows),
    acceptsShrink: acceptShrink,
  };
}

/** `landing/orders/2026/export.csv` holds orders; a folder of another name says nothing. */
function datasetOfFolder(key: string): Dataset | null {
  return findDataset(key.slice(LANDING_PREFIX.length).split('/')[0] ?? '');
}

function separatorOf(text: string): Separator {
  const separator = parseSeparator(text);
  if (separator !== null) return separator;
  const allowed = Object.values(SEPARATOR_WORDS).join(' ');
  throw new DropRequestError(`Expected a separator of ${allowed}`);
}

function limitOf(text: string): BadRowLimit {
  const limit = parseBadRowLimit(text);
  if (limit !== null) return limit;
  throw new DropRequestError('Expected maxBadRows to be a number such as "10" or a share such as "0.5%"');
}
