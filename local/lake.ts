import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { MS_PER_DAY } from '../lambdas/domain/time.ts';

/** Raised when the folder's layout changes in a way that an older Millpond could not read. */
export const LAKE_LAYOUT_VERSION = 1;
/** How late an event may arrive and still count; every lake's, until a lake can have its own. */
export const ALLOWED_LATENESS_MS = 3 * MS_PER_DAY;
export const LAKE_MAKERS = ['user', 'demo'] as const;
export type LakeMaker = (typeof LAKE_MAKERS)[number];

const MARKER_NAME = 'lake.json';
const MARKER = z.looseObject({ product: z.literal('millpond'), layout_version: z.int().positive() });
const MARKER_OF_THIS_VERSION = MARKER.extend({ made_by: z.enum(LAKE_MAKERS), created_at: z.string() });

/** Everything of a lake lies in one folder. */
export interface Lake {
  /** Absolute. */
  readonly folder: string;
  readonly madeBy: LakeMaker;
  readonly streamFile: string;
  readonly stateFile: string;
  readonly objectsFolder: string;
  readonly databaseFile: string;
  /** Published builds: local/builds/build-folders.ts. */
  readonly buildsFolder: string;
  /** Spill files of this machine's processes; safe to delete while none runs. */
  readonly tempFolder: string;
}

export const LAKE_PROBLEMS = [
  'unusable_path',
  'missing',
  'not_a_lake',
  'newer',
  'unreadable',
  'not_the_demo',
] as const;
export type LakeProblem = (typeof LAKE_PROBLEMS)[number];

/** The folder cannot be used as a lake. */
export class LakeError extends Error {
  override readonly name = 'LakeError';
  readonly problem: LakeProblem;
  readonly folder: string;

  constructor(problem: LakeProblem, folder: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
    this.folder = folder;
  }
}

/** DuckDB parts its search path at commas and takes the others for a glob; it knows no escape for any of them. */
const UNUSABLE_CHARACTERS = /[,?*[\]]/;

/** The folder's absolute path; throws LakeError when DuckDB could not find a lake's objects below it. */
export function usableFolder(folder: string): string {
  const absolute = path.resolve(folder);
  const character = UNUSABLE_CHARACTERS.exec(absolute)?.[0];
  if (character === undefined) return absolute;
  throw new LakeError(
    'unusable_path',
    absolute,
    `A lake cannot lie in ${absolute}: the path holds the character "${character}", and DuckDB, which reads the lake's objects, can use none of , ? * [ ] in it. Give --lake another folder, or rename this one.`,
  );
}

/** The lake in `folder`; throws LakeError when there is none or when this version cannot read it. */
export function openLake(folder: string): Lake {
  const absolute = usableFolder(folder);
  const text = readMarker(absolute);
  if (text === null) throw missing(absolute);
  return lakeOf(absolute, parseMarker(absolute, text));
}

/** The lake in `folder`, made when the folder is missing or empty. `isNew` says which. */
export function openOrCreateLake(
  folder: string,
  options: { readonly madeBy: LakeMaker; readonly nowMs: number },
): { readonly lake: Lake; readonly isNew: boolean } {
  const absolute = usableFolder(folder);
  if (readMarker(absolute) !== null) return { lake: openLake(absolute), isNew: false };
  if (existsSync(absolute) && readdirSync(absolute).length > 0) {
    throw new LakeError(
      'not_a_lake',
      absolute,
      `${absolute} is not empty and carries no ${MARKER_NAME}, so it is no lake of Millpond's: give --lake a new or empty folder.`,
    );
  }
  mkdirSync(absolute, { recursive: true });
  writeMarker(absolute, options.madeBy, options.nowMs);
  return { lake: openLake(absolute), isNew: true };
}

/**
 * An empty lake for the demo. Clears a lake only when its marker says that the demo made it and nobody has put other
 * data into it since; what Millpond did not write stays. The marker goes on standing meanwhile, so an interrupted
 * clearing can be done again.
 */
export function recreateDemoLake(folder: string, nowMs: number): Lake {
  const { lake, isNew } = openOrCreateLake(folder, { madeBy: 'demo', nowMs });
  if (isNew) return lake;
  if (lake.madeBy !== 'demo') {
    throw new LakeError(
      'not_the_demo',
      lake.folder,
      `${lake.folder} holds a lake of yours, and the demo clears only its own: give it another folder with --lake DIR, or remove that one yourself.`,
    );
  }
  for (const file of [lake.streamFile, lake.stateFile, lake.databaseFile]) removeDatabase(file);
  for (const inside of [lake.objectsFolder, lake.buildsFolder, lake.tempFolder])
    rmSync(inside, { recursive: true, force: true });
  writeMarker(lake.folder, 'demo', nowMs);
  return openLake(lake.folder);
}

/** Someone's own data goes into the lake: from now on the demo may not clear it. Returns whether that is a change. */
export function claimLakeForUser(lake: Lake, nowMs: number): boolean {
  if (lake.madeBy === 'user') return false;
  writeMarker(lake.folder, 'user', nowMs);
  return true;
}

function lakeOf(folder: string, madeBy: LakeMaker): Lake {
  return {
    folder,
    madeBy,
    streamFile: path.join(folder, 'stream.sqlite'),
    stateFile: path.join(folder, 'state.sqlite'),
    objectsFolder: path.join(folder, 'objects'),
    databaseFile: path.join(folder, 'millpond.duckdb'),
    buildsFolder: path.join(folder, 'builds'),
    tempFolder: path.join(folder, 'tmp'),
  };
}

function missing(folder: string): LakeError {
  const reason = existsSync(folder) ? `carries no ${MARKER_NAME}` : 'does not exist';
  return new LakeError(
    'missing',
    folder,
    `There is no lake in ${folder} (the folder ${reason}): name another with --lake DIR, or make one with \`demo\`, \`send FILE\`, \`simulate\` or \`source add\`.`,
  );
}

/** The marker's text; null when there is none. */
function readMarker(folder: string): string | null {
  if (existsSync(folder) && !statSync(folder).isDirectory()) {
    throw new LakeError('not_a_lake', folder, `${folder} is a file, not a folder: give --lake a folder.`);
  }
  const file = path.join(folder, MARKER_NAME);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

function parseMarker(folder: string, text: string): LakeMaker {
  const file = path.join(folder, MARKER_NAME);
  const marker = MARKER.safeParse(parseJson(text));
  if (!marker.success) {
    throw new LakeError(
      'unreadable',
      folder,
      `${file} is damaged or another product's: it should say {"product":"millpond","layout_version":${LAKE_LAYOUT_VERSION},...}. Restore it, or give --lake another folder.`,
    );
  }
  const version = marker.data.layout_version;
  if (version > LAKE_LAYOUT_VERSION) {
    throw new LakeError(
      'newer',
      folder,
      `The lake in ${folder} has layout version ${version}, and this Millpond knows ${LAKE_LAYOUT_VERSION}: use the newer Millpond that wrote it, or give --lake another folder.`,
    );
  }
  const known = MARKER_OF_THIS_VERSION.safeParse(marker.data);
  if (!known.success) {
    throw new LakeError(
      'unreadable',
      folder,
      `${file} lacks made_by or created_at: restore it, or give --lake another folder.`,
    );
  }
  return known.data.made_by;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Written beside and renamed, so that a crash leaves the old marker or the new one. */
function writeMarker(folder: string, madeBy: LakeMaker, nowMs: number): void {
  const file = path.join(folder, MARKER_NAME);
  const marker = {
    product: 'millpond',
    layout_version: LAKE_LAYOUT_VERSION,
    made_by: madeBy,
    created_at: new Date(nowMs).toISOString(),
  };
  const descriptor = openSync(`${file}.new`, 'w');
  try {
    writeSync(descriptor, `${JSON.stringify(marker, null, 2)}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(`${file}.new`, file);
}

/** A database with the files that SQLite and DuckDB keep beside it. */
function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal', '.wal', '.tmp']) {
    rmSync(`${file}${suffix}`, { recursive: true, force: true });
  }
}
