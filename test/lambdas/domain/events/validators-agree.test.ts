import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shopEvent } from '../../../../lambdas/domain/events/contract.ts';
import { judge } from '../../../../lambdas/domain/events/rules.ts';
import * as validators from '../../../../lambdas/domain/events/validate-event.generated.js';
import { anyEvent } from './generate-events.ts';
import { ARRIVAL_MS } from './sample-events.ts';

const compiled = new Map<unknown, (value: unknown) => boolean>(Object.entries(validators));

describe('the compiled validator', () => {
  it('accepts and refuses the same 10,000 generated events as zod, before and after the shared rules', () => {
    const tally = { accepted: 0, refused: 0, refusedByRules: 0 };

    fc.assert(
      fc.property(anyEvent, (event) => {
        // As the consumer sees it: parsed from text.
        const value: unknown = JSON.parse(JSON.stringify(event));
        const parsed = shopEvent.safeParse(value);
        const isValid = compiled.get(event.event_type)?.(value) ?? false;

        expect(isValid).toBe(parsed.success);
        if (!parsed.success) tally.refused += 1;
        else if ('reason' in judge(parsed.data, ARRIVAL_MS)) tally.refusedByRules += 1;
        else tally.accepted += 1;
      }),
      { numRuns: 10_000 },
    );

    expect(tally.accepted).toBeGreaterThan(2_000);
    expect(tally.refused).toBeGreaterThan(2_000);
    expect(tally.refusedByRules).toBeGreaterThan(50);
  });
});
