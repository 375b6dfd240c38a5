import type { Stage } from '../settings/stage.ts';

/** Of all metrics that the functions count; their only dimension is the function, `service`. */
export function metricsNamespace(stage: Stage): string {
  return `Millpond/${stage}`;
}
