import { isProcessRunning } from './process-running.ts';

/** Who works on a lake: what the holder of its lease says of itself. */
export interface LakeHolder {
  readonly command: string;
  readonly processId: number;
  readonly host: string;
  /** ISO, UTC. */
  readonly since: string;
}

const HOLDER = /^(\S+), process (\d+) on (\S+), since (\S+)$/;

/** `run, process 4711 on shop-laptop, since 2026-11-25T18:00:00.000Z`: reads well, and can be read back. */
export function formatHolder(holder: LakeHolder): string {
  return `${holder.command}, process ${holder.processId} on ${holder.host}, since ${holder.since}`;
}

/** Null for a text of another make. */
export function parseHolder(text: string): LakeHolder | null {
  const match = HOLDER.exec(text);
  if (match === null) return null;
  const [, command = '', processId = '', host = '', since = ''] = match;
  return { command, processId: Number(processId), host, since };
}

/**
 * Whether the holder is a process of this machine that no longer runs, so that its lease may be given back. A process
 * of another machine, or one that cannot be told, counts as alive.
 */
export function isDead(holder: LakeHolder | null, host: string): boolean {
  if (holder === null || holder.host !== host) return false;
  return !isProcessRunning(holder.processId);
}
