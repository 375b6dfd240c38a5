/**
 * SELECT, MERGE and INSERT have one text for all engines; DDL and literals of raw sources have one text per dialect.
 */
export const SQL_DIALECTS = ['duckdb', 'trino', 'athena'] as const;
export type SqlDialect = (typeof SQL_DIALECTS)[number];
