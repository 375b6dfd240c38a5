import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { readImportGraph } from './import-table.ts';
import { isProgram, REPOSITORY_ROOT, readRepository } from './source-tree.ts';
import { type FileSyntax, readSyntax } from './syntax.ts';

function syntaxOf(text: string, path = 'local/a.ts'): FileSyntax {
  return readSyntax({ path, text });
}

describe('imports of a file', () => {
  it.each([
    ["import { b } from './b.ts';", './b.ts', false],
    ["import './b.ts';", './b.ts', false],
    ["import * as b from './b.ts';", './b.ts', false],
    ["import { type B, c } from './b.ts';", './b.ts', false],
    ["import type { B } from './b.ts';", './b.ts', true],
    ["import { type B } from './b.ts';", './b.ts', true],
    ["export * from './b.ts';", './b.ts', false],
    ["export { b } from './b.ts';", './b.ts', false],
    ["export type { B } from './b.ts';", './b.ts', true],
    ["type B = import('./b.ts').B;", './b.ts', true],
    ["let b: typeof import('./b.ts');", './b.ts', true],
    ["const b = await import('./b.ts');", './b.ts', false],
    ['const b = await import(`./b.ts`);', './b.ts', false],
    ["import b = require('./b.ts');", './b.ts', false],
    ["const b = require('./b.ts');", './b.ts', false],
    ["const b = import.meta.resolve('./b.ts');", './b.ts', false],
    ["function f() { if (x) return import('./b.ts'); }", './b.ts', false],
    ["import b from './b.json' with { type: 'json' };", './b.json', false],
  ])('are found in: %s', (text, specifier, isTypeOnly) => {
    expect(syntaxOf(text).imports).toEqual([{ specifier, isTypeOnly }]);
  });

  it('are null where the name is computed', () => {
    expect(syntaxOf('const b = await import(name);').imports).toEqual([
      { specifier: null, isTypeOnly: false },
    ]);
    expect(syntaxOf(`const b = await import(\`./\${name}.ts\`);`).imports).toEqual([
      { specifier: null, isTypeOnly: false },
    ]);
  });

  it('are not found in comments and strings', () => {
    const text = "// import './b.ts';\n/* require('./c.ts') */ const text = \"import './d.ts'\";";

    expect(syntaxOf(text).imports).toEqual([]);
  });

  it('are, over the whole repository, at least all that the bundler sees', async () => {
    const tree = readRepository();
    const programs = tree.filter(({ path }) => isProgram(path) && !path.endsWith('.d.ts'));

    const { metafile } = await build({
      entryPoints: programs.map(({ path }) => path),
      absWorkingDir: REPOSITORY_ROOT,
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      metafile: true,
      write: false,
      outdir: 'unwritten',
      logLevel: 'silent',
    });
    const seenByBundler = Object.entries(metafile.inputs).flatMap(([path, { imports }]) =>
      imports.map(
        (edge) => `${path} -> ${edge.external === true ? (edge.original ?? edge.path) : edge.path}`,
      ),
    );
    const graph = readImportGraph(tree);
    const seenByUs = new Set(
      graph.edges.flatMap(({ path, specifier, target }) => [
        `${path} -> ${target}`,
        `${path} -> ${specifier}`,
      ]),
    );

    expect(seenByBundler.length).toBeGreaterThan(20);
    expect(seenByBundler.filter((edge) => !seenByUs.has(edge))).toEqual([]);
  });
});

describe('reading the environment', () => {
  it.each([
    'const a = process.env.HOME;',
    "const a = process.env['HOME'];",
    "const a = process['env'].HOME;",
    'const a = process?.env.HOME;',
    'const a = globalThis.process.env;',
    'const { env } = process;',
    'const p = process;',
    "import { env } from 'node:process';",
    "import { env as e } from 'process';",
    "import p from 'node:process';",
    "import * as p from 'node:process';",
  ])('is seen in: %s', (text) => {
    expect(syntaxOf(text).readsEnvironment).toBe(true);
  });

  it.each([
    'process.exitCode = 1;',
    "process.once('SIGINT', stop);",
    "import process from 'node:process';",
    "import { argv } from 'node:process';",
    'const env = lambda.env;',
    "const text = 'process.env';",
  ])('is not seen in: %s', (text) => {
    expect(syntaxOf(text).readsEnvironment).toBe(false);
  });
});

describe('a default export', () => {
  it.each(['export default 1;', 'export default function f() {}', 'const a = 1; export { a as default };'])(
    'is seen in: %s',
    (text) => {
      expect(syntaxOf(text).hasDefaultExport).toBe(true);
    },
  );

  it('is not seen in a named one', () => {
    expect(syntaxOf('export const a = 1;').hasDefaultExport).toBe(false);
  });
});

it('says which file does not parse', () => {
  expect(() => syntaxOf('const = ;', 'local/broken.ts')).toThrow('local/broken.ts');
});
