import { availableParallelism, cpus, loadavg } from 'node:os';
import { version as duckDbVersion } from '@duckdb/node-api';
import type { Figure } from './bench.ts';

/** What a reader must know of the machine; nothing that names it. */
export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly platform: string;
  readonly node: string;
  readonly duckdb: string;
  /** Processes that wanted a core, per core, in the minute before: above a half, times by the wall say little. */
  readonly loadPerCore: number;
}

export function describeMachine(): Machine {
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    duckdb: duckDbVersion(),
    loadPerCore: Number(((loadavg()[0] ?? 0) / availableParallelism()).toFixed(1)),
  };
}

/** One line a figure: name, value, unit, and what it should not exceed or should reach. */
export function renderFigures(title: string, figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    formatValue(figure.value),
    figure.unit,
    targetText(figure),
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const [nameWidth = 0, valueWidth = 0, unitWidth = 0] = widths;
  const lines = rows.map(([name = '', value = '', unit = '', target = '']) =>
    `  ${name.padEnd(nameWidth)}  ${value.padStart(valueWidth)} ${unit.padEnd(unitWidth)}  ${target}`.trimEnd(),
  );
  return `${[title, ...lines].join('\n')}\n`;
}

function targetText({ value, atMost, atLeast }: Figure): string {
  if (atMost !== undefined) return `at most ${formatValue(atMost)}${value > atMost ? ', MISSED' : ''}`;
  if (atLeast === undefined) return '';
  return `at least ${formatValue(atLeast)}${value < atLeast ? ', MISSED' : ''}`;
}

/** The text of results/<bench>.json. */
export function renderResult(bench: string, machine: Machine, figures: readonly Figure[]): string {
  const rounded = figures.map((figure) => ({ ...figure, value: Number(figure.value.toPrecision(4)) }));
  return `${JSON.stringify({ bench, machine, figures: rounded }, null, 2)}\n`;
}

/** Three digits that count, with thousands parted. */
function formatValue(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { minimumFractionDigits: 0, maximumFractionDigits: digits });
}
