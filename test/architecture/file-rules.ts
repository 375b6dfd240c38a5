import { isGenerated, isProgram, type SourceFile, type Violation } from './source-tree.ts';
import { readSyntax } from './syntax.ts';

/** One rule about files. `problemOf` answers null when the file is fine. */
export interface FileRule {
  readonly name: string;
  problemOf(file: SourceFile): string | null;
}

/** In data order; a new one is a decision, and gets its line here and in CONTRIBUTING.md. */
export const TOP_LEVEL_FOLDERS = [
  'bin',
  'lib',
  'simulator',
  'lambdas',
  'athena',
  'local',
  'dashboard',
  'test',
  'bench',
  'docs',
  '.ci',
] as const;

const MAX_LINES = 300;
const MAX_HANDLER_LINES = 40;
const NAMELESS = ['utils', 'util', 'helpers', 'helper', 'common', 'misc'];
const COUNTED = /\.(ts|tsx|js|mjs|cjs|sql|css|html|sh)$/;
/** The only readers. */
const ENVIRONMENT_READERS = [
  /^lambdas\/[^/]+\/env\.ts$/,
  /^lambdas\/runtime\//,
  /^bin\//,
  /^local\/settings\.ts$/,
];
/** Tests drive what reads the environment, and benches hand it on to processes. */
const MAY_TOUCH_ENVIRONMENT = [...ENVIRONMENT_READERS, /^test\//, /^bench\//];
const DEFAULT_EXPORTS = ['vitest.config.ts', 'test/reporter.ts'];

export const FILE_RULES: readonly FileRule[] = [
  {
    name: 'no unknown top-level folder',
    problemOf: ({ path }) => {
      const [top = ''] = path.split('/');
      if (top === path || TOP_LEVEL_FOLDERS.some((folder) => folder === top)) return null;
      return `stands in ${top}/, which is no room (rooms: ${TOP_LEVEL_FOLDERS.join(', ')})`;
    },
  },
  {
    name: 'no folder or file without a noun',
    problemOf: ({ path }) => {
      const found = path.split('/').find((part) => NAMELESS.includes(part.replace(/\..*$/, '')));
      return found === undefined ? null : `${found} says nothing of what is inside: name the concept`;
    },
  },
  {
    name: 'no index file',
    problemOf: ({ path }) =>
      /(^|\/)index\.(ts|tsx|js|mjs)$/.test(path)
        ? 'an index hides what it passes on: import the file itself'
        : null,
  },
  {
    name: 'no file over 300 lines',
    problemOf: ({ path, text }) => {
      if (!COUNTED.test(path) || isGenerated(path) || lineCount(text) <= MAX_LINES) return null;
      return `has ${lineCount(text)} lines, at most ${MAX_LINES} are allowed: find the second concept in it`;
    },
  },
  {
    name: 'no handler over 40 lines',
    problemOf: ({ path, text }) => {
      if (!/(^|\/)handler\.ts$/.test(path) || lineCount(text) <= MAX_HANDLER_LINES) return null;
      return `has ${lineCount(text)} lines, at most ${MAX_HANDLER_LINES} are allowed: a handler is wiring`;
    },
  },
  {
    name: 'no process.env outside its readers',
    problemOf: (file) => {
      if (!isProgram(file.path) || MAY_TOUCH_ENVIRONMENT.some((reader) => reader.test(file.path)))
        return null;
      return readSyntax(file).readsEnvironment
        ? 'reads the environment: only env.ts, lambdas/runtime, bin/ and local/settings.ts may'
        : null;
    },
  },
  {
    name: 'no default export',
    problemOf: (file) => {
      if (!isProgram(file.path) || isGenerated(file.path) || DEFAULT_EXPORTS.includes(file.path)) return null;
      return readSyntax(file).hasDefaultExport ? 'exports a default: give it a name' : null;
    },
  },
];

export function findViolations(rule: FileRule, tree: readonly SourceFile[]): readonly Violation[] {
  return tree.flatMap((file) => {
    const problem = rule.problemOf(file);
    return problem === null ? [] : [{ path: file.path, problem }];
  });
}

function lineCount(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}
