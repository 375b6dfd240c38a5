import { posix } from 'node:path';
import type { SourceFile, Violation } from './source-tree.ts';
import { isProgram } from './source-tree.ts';
import { type ImportEdge, readSyntax } from './syntax.ts';

/** Rooms as docs speak of them. A function's folder holds three: what it decides, what wires it, what it is told. */
export type Room =
  | 'lambdas/domain'
  | 'lambdas/ports'
  | 'lambdas/aws'
  | 'use case'
  | 'function env'
  | 'lambdas/runtime'
  | 'handler'
  | 'simulator'
  | 'simulator/truth'
  | 'local'
  | 'local/cli/sinks'
  | 'lib'
  | 'bin'
  | 'dashboard'
  | 'generator'
  | 'docs'
  | 'athena'
  | 'manifest'
  | 'workshop'
  | 'test'
  | 'bench';

interface ImportRule {
  readonly from: Room;
  /** Rooms it may import from; a room may always import itself, but only within one function's folder for a handler. */
  readonly rooms: readonly Room[] | 'any';
  /** Rooms of which it may only name types. */
  readonly typesOf?: readonly Room[];
  /** Packages, exact or by prefix with a star at the end; Node's own modules begin with `node:`. */
  readonly packages: readonly string[] | 'any';
}

/** Who may import whom. Everything else is forbidden. */
export const IMPORT_TABLE: readonly ImportRule[] = [
  { from: 'lambdas/domain', rooms: [], packages: ['zod'] },
  { from: 'lambdas/ports', rooms: ['lambdas/domain'], packages: [] },
  {
    from: 'lambdas/aws',
    rooms: ['lambdas/ports', 'lambdas/domain'],
    packages: ['@aws-sdk/*', '@smithy/*', 'node:*'],
  },
  {
    from: 'use case',
    rooms: ['lambdas/ports', 'lambdas/domain'],
    packages: [
      'zod',
      'csv-parse',
      'csv-parse/sync',
      'node:buffer',
      'node:crypto',
      'node:stream',
      'node:zlib',
    ],
  },
  { from: 'function env', rooms: ['lambdas/runtime', 'lambdas/domain'], packages: ['zod'] },
  {
    from: 'lambdas/runtime',
    rooms: ['lambdas/ports', 'lambdas/domain'],
    packages: ['@aws-lambda-powertools/*', 'aws-lambda', 'zod', 'node:fs', 'node:path'],
  },
  {
    from: 'handler',
    rooms: ['use case', 'function env', 'lambdas/runtime', 'lambdas/aws', 'lambdas/ports', 'lambdas/domain'],
    packages: ['aws-lambda'],
  },
  {
    from: 'simulator',
    rooms: ['simulator/truth', 'lambdas/ports', 'lambdas/domain'],
    packages: ['pure-rand', 'd3-random', 'node:*'],
  },
  { from: 'simulator/truth', rooms: [], typesOf: ['simulator'], packages: [] },
  {
    from: 'local',
    rooms: [
      'local/cli/sinks',
      'simulator',
      'simulator/truth',
      'use case',
      'lambdas/ports',
      'lambdas/domain',
      'manifest',
    ],
    packages: ['@duckdb/node-api', 'trino-client', 'commander', '@clack/prompts', 'zod', 'node:*'],
  },
  {
    from: 'local/cli/sinks',
    rooms: ['local', 'lambdas/aws', 'lambdas/ports'],
    packages: ['commander', 'node:*'],
  },
  {
    from: 'lib',
    rooms: ['function env', 'lambdas/domain'],
    packages: ['aws-cdk-lib', 'constructs', 'cdk-nag', 'node:*'],
  },
  { from: 'bin', rooms: ['lib'], packages: ['aws-cdk-lib', 'constructs', 'cdk-nag', 'node:*'] },
  { from: 'dashboard', rooms: [], packages: ['preact', 'echarts'] },
  {
    from: 'generator',
    rooms: ['lambdas/domain'],
    packages: ['zod', 'ajv', 'ajv-formats', 'esbuild', 'node:*'],
  },
  { from: 'docs', rooms: ['local', 'lambdas/domain'], packages: ['node:*'] },
  { from: 'athena', rooms: [], packages: [] },
  { from: 'manifest', rooms: [], packages: [] },
  { from: 'workshop', rooms: [], packages: ['vitest', 'node:*'] },
  { from: 'test', rooms: 'any', packages: 'any' },
  { from: 'bench', rooms: 'any', packages: 'any' },
];

/** Rooms whose files stand at one place; the rest of lambdas/ is functions. */
const FOLDERS: readonly (readonly [prefix: string, room: Room])[] = [
  ['lambdas/domain/', 'lambdas/domain'],
  ['lambdas/ports/', 'lambdas/ports'],
  ['lambdas/aws/', 'lambdas/aws'],
  ['lambdas/runtime/', 'lambdas/runtime'],
  ['simulator/truth/', 'simulator/truth'],
  ['simulator/', 'simulator'],
  ['local/cli/sinks/', 'local/cli/sinks'],
  ['local/', 'local'],
  ['lib/', 'lib'],
  ['bin/', 'bin'],
  ['dashboard/', 'dashboard'],
  ['docs/', 'docs'],
  ['athena/', 'athena'],
  ['test/', 'test'],
  ['bench/', 'bench'],
];

/** The room of a file. `manifest` is package.json, which knows the version; `generator` is a script that writes generated files beside itself; only its test imports it. */
export function roomOf(path: string): Room {
  if (/^lambdas\/domain\/.*\bgenerate\.ts$/.test(path)) return 'generator';
  const folder = FOLDERS.find(([prefix]) => path.startsWith(prefix));
  if (folder !== undefined) return folder[1];
  if (path === 'package.json') return 'manifest';
  if (!path.startsWith('lambdas/')) return 'workshop';
  if (path.endsWith('/handler.ts')) return 'handler';
  return path.endsWith('/env.ts') ? 'function env' : 'use case';
}

export interface ImportGraph {
  readonly files: readonly string[];
  readonly edges: readonly (ImportEdge & { readonly path: string; readonly target: string | null })[];
}

/** Every import of every program; `target` is the file that a relative one names, the package of any other. */
export function readImportGraph(tree: readonly SourceFile[]): ImportGraph {
  const programs = tree.filter(({ path }) => isProgram(path));
  const edges = programs.flatMap((file) =>
    readSyntax(file).imports.map((edge) => ({
      ...edge,
      path: file.path,
      target: edge.specifier === null ? null : targetOf(file.path, edge.specifier),
    })),
  );
  return { files: programs.map(({ path }) => path), edges };
}

function targetOf(path: string, specifier: string): string {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(path), specifier);
  const [first = '', second = ''] = specifier.split('/');
  return specifier.startsWith('@') ? `${first}/${second}` : first;
}

/** Imports that the table does not allow, that name no file of the tree, or that are computed. */
export function findForbiddenImports(tree: readonly SourceFile[]): readonly Violation[] {
  const known = new Set(tree.map(({ path }) => path));
  return readImportGraph(tree).edges.flatMap((edge) => {
    const problem = problemOf(edge, known);
    return problem === null ? [] : [{ path: edge.path, problem }];
  });
}

function problemOf(edge: ImportGraph['edges'][number], known: ReadonlySet<string>): string | null {
  const { path, specifier, target, isTypeOnly } = edge;
  const from = roomOf(path);
  const rule = IMPORT_TABLE.find((row) => row.from === from);
  if (rule === undefined) return `room ${from} has no row in the import table`;
  if (specifier === null || target === null) {
    return rule.rooms === 'any' ? null : 'computes the name of what it imports: write it as a literal';
  }
  if (!specifier.startsWith('.')) {
    if (rule.packages === 'any' || rule.packages.some((name) => matches(target, name))) return null;
    return `${from} may not import the package ${target} (allowed: ${rule.packages.join(', ')})`;
  }
  if (!known.has(target)) return `imports ${specifier}, which is no file of the repository`;
  const to = roomOf(target);
  if (rule.rooms === 'any') return null;
  if (to === 'generator') return `imports ${target}, a script that is only ever run`;
  if (isTypeOnly && rule.typesOf?.includes(to)) return null;
  if (from === 'handler' && isFunctionRoom(to) && functionOf(path) !== functionOf(target)) {
    return `a handler may not import another function (${target})`;
  }
  if (to === from || rule.rooms.includes(to)) return null;
  return `${from} may not import ${to} (${target}; allowed: ${[from, ...rule.rooms].join(', ')})`;
}

function isFunctionRoom(room: Room): boolean {
  return room === 'use case' || room === 'function env' || room === 'handler';
}

/** `lambdas/<function>`. */
function functionOf(path: string): string {
  return path.split('/').slice(0, 2).join('/');
}

function matches(name: string, pattern: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
