import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';

const PRELOAD = pathToFileURL(join(import.meta.dirname, 'report-usage.js')).href;
const Usage = z.object({ maxRssMb: z.number(), cpuS: z.number() });

/** What a process took from its start to its end. */
export interface ProcessUsage {
  readonly wallS: number;
  readonly cpuS: number;
  /** Peak of its resident memory, native libraries included. */
  readonly maxRssMb: number;
  /** What it printed. */
  readonly stdout: string;
}

/**
 * Runs a Node program, one that prints little, to its end and tells what it took.
 * Throws Error with its stderr when it exits with anything but 0.
 *
 * @param usageFile where the program may leave its figures; overwritten
 */
export async function runMeasured(program: readonly string[], usageFile: string): Promise<ProcessUsage> {
  const started = performance.now();
  const child = spawn(process.execPath, ['--import', PRELOAD, ...program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, MILLPOND_BENCH_USAGE: usageFile },
  });
  let stdout = '';
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2000);
  });
  const [code] = await once(child, 'close');
  const wallS = (performance.now() - started) / 1000;
  if (code !== 0) throw new Error(`${program.join(' ')} exited with ${String(code)}: ${complaint.trim()}`);
  return { wallS, stdout, ...Usage.parse(JSON.parse(readFileSync(usageFile, 'utf8'))) };
}
