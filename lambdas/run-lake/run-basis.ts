import { createHash } from 'node:crypto';
import type { Admission } from '../domain/admission.ts';
import { isoCurrency } from '../domain/currency.ts';
import { FUNNELS } from '../domain/funnels.ts';
import type { ModelLibrary } from '../domain/models/model.ts';
import type { RunLakeSettings } from './run-dependencies.ts';

/** The lake's own for ever, or else the setting. Throws RangeError for a setting that is no currency. */
export function currencyOf(stored: string | null, settings: RunLakeSettings): string | null {
  if (stored !== null || settings.reportingCurrency === null) return stored;
  return isoCurrency(settings.reportingCurrency);
}

/**
 * Changes whenever a rebuild could give other tables: SQL, headers, funnels, lateness, currency, and what backfills have
 * let in. One that died leaves its admission without a build that honours it.
 */
export function fingerprint(
  models: ModelLibrary,
  settings: RunLakeSettings,
  currency: string | null,
  admissions: readonly Admission[] = [],
): string {
  const hash = createHash('sha256');
  const { allowedLatenessMs, funnels = FUNNELS } = settings;
  hash.update(JSON.stringify({ models, funnels, allowedLatenessMs, currency, admissions }));
  return hash.digest('hex');
}
