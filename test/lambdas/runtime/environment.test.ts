import { expect, it } from 'vitest';
import * as z from 'zod';
import { readEnvironment } from '../../../lambdas/runtime/environment.ts';

const schema = z.object({ TABLE: z.string().min(1), TTL_MS: z.coerce.number().int().positive() });

it('gives the variables of the schema, parsed, and no others', () => {
  expect(readEnvironment(schema, { TABLE: 't', TTL_MS: '60', HOME: '/' })).toEqual({
    TABLE: 't',
    TTL_MS: 60,
  });
});

it('names every bad variable at once, and repeats no value', () => {
  const read = () => readEnvironment(schema, { TABLE: '', TTL_MS: 'canary' });

  expect(read).toThrow(/TABLE.*TTL_MS/);
  expect(read).not.toThrow(/canary/);
});
