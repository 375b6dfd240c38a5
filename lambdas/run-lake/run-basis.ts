import { createHash } from 'node:crypto';
import { isoCurrency } from '../domain/currency.ts';
import { FUNNELS } from '../domain/funnels.ts';
import type { ModelLibrary } from '../domain/models/model.ts';
import type { RunLakeSettings } from './run-dependencies.ts';

/** The lake's own for ever, or else the setting. Throws RangeError for a setting that is no currency. */
export function currencyOf(stored: string | null, settings: RunLakeSettings): string | null {
  if (stored !== null || settings.reportingCurrency === null) return stored;
  return isoCurrency(settings.reportingCurrency);
}

/** Changes whenever a rebuild could give other tables: SQL, headers, funnels, lateness, currency. */
export function fingerprint(
  models: ModelLibrary,
  settings: RunLakeSettings,
  currency: string | null,
): string {
  const hash = createHash('sha256');
  const { allowedLatenessMs } = settings;
  hash.update(JSON.stringify({ models, funnels: FUNNELS, allowedLatenessMs, currency }));
  return hash.digest('hex');
}
