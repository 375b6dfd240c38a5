import * as fc from 'fast-check';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { type Literal, literalOf } from '../../lambdas/domain/models/literal.ts';
import { anyCase, anyText, bytesOf, DOUBLES, EDGES, TEXTS } from '../lambdas/domain/models/literal-cases.ts';
import { LakeOnTrino } from './lake-on-trino.ts';

const { state, warehouse } = inject('trino');
let lake: LakeOnTrino;

/** One row of many, since a statement costs Trino some tenths of a second whatever it holds. */
const SAMPLES = 150;
const SEED = 20_261_126;

beforeAll(async () => {
  if (state.kind !== 'running') return;
  lake = new LakeOnTrino({ url: state.url, warehouse }, 'literals');
  await lake.waitUntilReady();
});

async function rowOf(expressions: readonly string[]): Promise<readonly unknown[]> {
  return (await lake.engine.query(`select ${expressions.join(', ')}`)).rows[0] ?? [];
}

if (state.kind === 'skipped') test.skip(`${state.name} did not run: ${state.reason}`, () => undefined);

describe.runIf(state.kind === 'running')('on Trino a literal', () => {
  test('fault 50: of any text comes back as it was', async () => {
    const texts = [...TEXTS, ...fc.sample(anyText, { numRuns: SAMPLES, seed: SEED })];

    const bytes = await rowOf(texts.map((text) => `lower(to_hex(to_utf8(${literalOf('varchar', text)})))`));

    expect(bytes).toEqual(texts.map(bytesOf));
  });

  test('of any date, time, whole number, decimal or boolean keeps its value, to both ends of its type', async () => {
    const cases = [...EDGES, ...fc.sample(anyCase, { numRuns: SAMPLES, seed: SEED })];

    const given = await rowOf(cases.map(({ type, value }) => `cast(${literalOf(type, value)} as varchar)`));

    expect(given).toEqual(cases.map(({ text }) => text));
  });

  test('of any finite double keeps every bit, the sign of zero too', async () => {
    const samples = fc.sample(fc.double({ noNaN: true, noDefaultInfinity: true }), {
      numRuns: SAMPLES,
      seed: SEED,
    });
    const doubles = [...DOUBLES, ...samples];

    const given = await rowOf(
      doubles.map((value) => `lower(to_hex(to_ieee754_64(${literalOf('double', value)})))`),
    );

    expect(given).toEqual(doubles.map(bits));
  });

  test('of nothing has its type', async () => {
    const types = ['varchar', 'bigint', 'timestamp(6)', 'decimal(18,4)'];
    const nothing: Literal = null;

    const given = await rowOf(types.map((type) => `typeof(${literalOf(type, nothing)})`));

    expect(given).toEqual(types);
  });
});

function bits(value: number): string {
  const buffer = Buffer.alloc(8);
  buffer.writeDoubleBE(value);
  return buffer.toString('hex');
}
