import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EVENT_TYPES } from '../../../../lambdas/domain/events/event-types.ts';
import { generatedFiles } from '../../../../lambdas/domain/events/generate.ts';
import * as validators from '../../../../lambdas/domain/events/validate-event.generated.js';

const ROOM = new URL('../../../../lambdas/domain/events/', import.meta.url);

describe('the committed contract files', () => {
  it('are what the contract generates', () => {
    for (const [name, text] of generatedFiles())
      expect(
        readFileSync(new URL(name, ROOM), 'utf8') === text,
        `${name} has drifted: npm run contracts`,
      ).toBe(true);
  });

  it('hold one schema and one validator per event type', () => {
    const schemas = readdirSync(new URL('schemas/', ROOM)).sort();

    expect(schemas).toEqual(EVENT_TYPES.map((type) => `${type}.json`).sort());
    expect(Object.keys(validators).sort()).toEqual([...EVENT_TYPES].sort());
  });

  it('need no other module at run time', () => {
    const validator = readFileSync(new URL('validate-event.generated.js', ROOM), 'utf8');

    expect(validator).not.toMatch(/\bimport\b|\brequire\s*\(/);
  });
});
