import * as fc from 'fast-check';
import type { Literal } from '../../../../lambdas/domain/models/literal.ts';

/** A value and the text in which any engine gives it back. */
export interface LiteralCase {
  readonly type: string;
  readonly value: Literal;
  readonly text: string;
}

function same(type: string, values: readonly string[]): readonly LiteralCase[] {
  return values.map((value) => ({ type, value, text: value }));
}

/** Both ends of each type, and what the engines' own literals would not take. */
export const EDGES: readonly LiteralCase[] = [
  ...same('date', ['0001-01-01', '0004-02-29', '1582-10-10', '1969-12-31', '2024-02-29', '9999-12-31']),
  ...(
    [
      ['0001-01-01T00:00:00Z', '0001-01-01 00:00:00.000000'],
      ['1969-12-31T23:59:59.999999Z', '1969-12-31 23:59:59.999999'],
      ['2026-03-29T02:30:00.5Z', '2026-03-29 02:30:00.500000'],
      ['9999-12-31T23:59:59.999999Z', '9999-12-31 23:59:59.999999'],
    ] as const
  ).map(([value, text]) => ({ type: 'timestamp(6)', value, text })),
  ...same('bigint', ['-9223372036854775808', '-1', '0', '9007199254740993', '9223372036854775807']),
  { type: 'bigint', value: 2n ** 63n - 1n, text: '9223372036854775807' },
  ...same('integer', ['-2147483648', '2147483647']),
  ...same('decimal(18,4)', ['-99999999999999.9999', '0.0000', '0.0001', '99999999999999.9999']),
  { type: 'decimal(18,4)', value: '7', text: '7.0000' },
  { type: 'decimal(18,4)', value: '-0.5', text: '-0.5000' },
  ...same('decimal(38,4)', ['9999999999999999999999999999999999.9999']),
  { type: 'boolean', value: true, text: 'true' },
  { type: 'boolean', value: false, text: 'false' },
];

export const DOUBLES: readonly number[] = [
  ...[0, -0, 0.1, 1e21, 1e-7, 5e-324],
  ...[Number.MAX_VALUE, -Number.MAX_VALUE, Number.MAX_SAFE_INTEGER],
];

export const TEXTS: readonly string[] = [
  ...[
    `'; drop table t; --`,
    `\\'`,
    `''`,
    `'`,
    `$$x$$`,
    `' or 1=1 /*`,
    '*/',
    `"`,
    '`',
    '?',
    ':name',
    '{0}',
    '$x',
  ],
  ...[
    '\u202e',
    '\ufeff',
    '\u0001',
    '\r\n',
    '\t',
    '\u2028',
    '\u0085',
    'e\u0301',
    '\ud83d\ude00',
    '',
    ' ',
    "U&'\\0041'",
  ],
  'x'.repeat(10_000),
];

/** The bytes of a text, as hex: what shows a text may drop its first U+FEFF. */
export function bytesOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('hex');
}

/** Any text that has a literal: of whole code points, without NUL. */
export const anyText: fc.Arbitrary<string> = fc
  .string({ unit: 'binary' })
  .filter((text) => !text.includes('\0') && text.isWellFormed());

const DAY_MS = 86_400_000;
const MIN_MS = Date.parse('0001-01-01T00:00:00Z');
const MAX_MS = Date.parse('9999-12-31T00:00:00Z');

const anyDate = fc
  .integer({ min: MIN_MS / DAY_MS, max: MAX_MS / DAY_MS })
  .map((day) => new Date(day * DAY_MS).toISOString().slice(0, 10));

const anyTime = fc.tuple(anyDate, fc.integer({ min: 0, max: DAY_MS - 1 }), fc.integer({ min: 0, max: 999 }));

/** Any value of any type but text and double. */
export const anyCase: fc.Arbitrary<LiteralCase> = fc.oneof(
  anyDate.map((value) => ({ type: 'date', value, text: value })),
  anyTime.map(([date, ms, us]) => {
    const clock = `${new Date(ms).toISOString().slice(11, 23)}${String(us).padStart(3, '0')}`;
    return { type: 'timestamp(6)', value: `${date}T${clock}Z`, text: `${date} ${clock}` };
  }),
  fc
    .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    .map((value) => ({ type: 'bigint', value, text: String(value) })),
  fc.integer().map((value) => ({ type: 'integer', value, text: String(value) })),
  fc.tuple(fc.boolean(), fc.bigInt({ min: 1n, max: 10n ** 18n - 1n })).map(([isNegative, units]) => {
    const digits = String(units).padStart(5, '0');
    const value = `${isNegative ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`;
    return { type: 'decimal(18,4)', value, text: value };
  }),
);
