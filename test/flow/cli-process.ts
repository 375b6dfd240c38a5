import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const START = path.join(import.meta.dirname, '..', '..', 'local', 'start.js');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly stdin?: Buffer | string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** The command line in a process of its own, as a person starts it. */
export class CliProcess {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Ended>;
  #stdout = '';
  #stderr = '';
  readonly #waiting: { readonly text: string; readonly found: () => void }[] = [];

  constructor(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    const env = { PATH: process.env.PATH ?? '', NO_COLOR: '1', ...environment };
    this.child = spawn(process.execPath, [START, ...args], { env });
    this.child.stdout.on('data', (chunk: Buffer) => {
      this.#stdout += chunk.toString();
    });
    this.child.stderr.on('data', (chunk: Buffer) => {
      this.#stderr += chunk.toString();
      for (const { text, found } of this.#waiting) if (this.#stderr.includes(text)) found();
    });
    this.child.stdin.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      this.child.on('close', (code) => resolve({ code, stdout: this.#stdout, stderr: this.#stderr }));
    });
  }

  /** Resolves once stderr holds the text; rejects when the process ends without it. */
  async says(text: string): Promise<void> {
    const found = new Promise<true>((resolve) => {
      this.#waiting.push({ text, found: () => resolve(true) });
    });
    if (this.#stderr.includes(text)) return;
    const result = await Promise.race([found, this.ended]);
    if (result !== true) throw new Error(`It ended without "${text}": ${result.stderr}`);
  }
}

/** Runs one command to its end. */
export async function cli(args: readonly string[], options: CliOptions = {}): Promise<Ended> {
  const { child, ended } = new CliProcess(args, options.environment);
  child.stdin.end(options.stdin ?? '');
  return ended;
}

/** The only line of stderr, for errors that must be one. */
export function onlyLine(ended: Ended): string {
  const lines = ended.stderr.trimEnd().split('\n');
  if (lines.length !== 1) throw new Error(`stderr has ${lines.length} lines:\n${ended.stderr}`);
  return lines[0] ?? '';
}

export function tempFolder(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'millpond-cli-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** An event as a producer sends it; a page view unless told otherwise. `n` makes its id. */
export function event(n: number, fields: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    event_id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    event_type: 'page_view',
    event_time: '2026-03-01T10:00:00Z',
    anonymous_id: 'd-1',
    session_id: 's-1',
    schema_version: 1,
    page_path: '/',
    ...fields,
  });
}

export function purchase(n: number, fields: Readonly<Record<string, unknown>> = {}): string {
  return event(n, {
    event_type: 'purchase',
    page_path: undefined,
    order_id: `o-${n}`,
    currency: 'USD',
    items: [{ product_id: '1', quantity: 2, unit_price: '10.50' }],
    ...fields,
  });
}
