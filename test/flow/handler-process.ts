import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = path.join(import.meta.dirname, '..', '..');

/** One function with the AWS that it is to talk to. */
export interface HandlerSetting {
  /** Folder under lambdas/. */
  readonly folder: string;
  readonly awsUrl: string;
  /** Those of its env.ts. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * All that the real handler says of events, in a process of its own: its log, its metrics, its answers, and what Lambda
 * would log of its errors.
 */
export async function saidByHandler(setting: HandlerSetting, events: readonly unknown[]): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'millpond-handler-'));
  try {
    const eventsFile = path.join(folder, 'events.json');
    writeFileSync(eventsFile, JSON.stringify(events));
    const program = path.join(import.meta.dirname, 'invoke-handler.ts');
    const handler = path.join(ROOT, 'lambdas', setting.folder, 'handler.ts');
    const { stdout, stderr } = await run(process.execPath, [program, handler, eventsFile], {
      env: {
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_ENDPOINT_URL: setting.awsUrl,
        AWS_MAX_ATTEMPTS: '1',
        METRICS_NAMESPACE: 'Millpond/dev',
        RAW_BUCKET: 'raw',
        LEDGER_TABLE: 'ledger',
        ...setting.variables,
      },
    });
    return `${stdout}\n${stderr}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
