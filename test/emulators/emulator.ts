/** What became of an emulator, by its name. */
export type EmulatorState =
  | { readonly kind: 'running'; readonly name: string; readonly url: string }
  /** It cannot run here. */
  | { readonly kind: 'skipped'; readonly name: string; readonly reason: string }
  /** It should run here and does not: a failure, with the end of its log. */
  | { readonly kind: 'failed'; readonly name: string; readonly reason: string };

/** A program that is started in a process group of its own. */
export interface ServerCommand {
  readonly program: string;
  readonly parameters: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
}

export interface Emulator {
  /** With its version: `DynamoDB Local 3.3.1`. */
  readonly name: string;
  /** How many free ports it takes; the first one is that of its address. */
  readonly ports: number;
  /** What answers when it is up; any answer counts unless `isReady` is more exact. */
  readonly readyPath: string;
  /** Whether an answer says that it is up. */
  readonly isReady?: (answer: string) => boolean;
  /**
   * Finds what it needs and downloads what is not in the cache folder yet. Throws CannotRunError when this machine
   * lacks a program or the download failed, and only then.
   */
  prepare(cacheFolder: string): Promise<(ports: readonly number[]) => ServerCommand>;
}

/** The only thing that lets a server be skipped; whatever else goes wrong fails the run. */
export class CannotRunError extends Error {
  override readonly name = 'CannotRunError';
}
