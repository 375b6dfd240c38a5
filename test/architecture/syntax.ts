import { parseAst } from 'vitest/node';
import type { SourceFile } from './source-tree.ts';

/**
 * What the rules need to know of one file, read from its syntax tree (the parser of the test runner, which keeps
 * type-only imports and type queries; a bundler's metafile drops them). Nothing is searched for in text, so a comment
 * or a string can neither hide an import nor invent one. The tree is walked whole, whatever the node.
 */
export interface FileSyntax {
  readonly imports: readonly ImportEdge[];
  readonly readsEnvironment: boolean;
  readonly hasDefaultExport: boolean;
}

export interface ImportEdge {
  /** As written; null when it is computed, so that nobody can say what it names. */
  readonly specifier: string | null;
  /** Erased before the program runs. */
  readonly isTypeOnly: boolean;
}

interface SyntaxNode {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Throws a syntax error that names the file when its text is no TypeScript. */
export function readSyntax(file: SourceFile): FileSyntax {
  const nodes = [...descendants(parse(file))];
  return {
    imports: nodes.flatMap(importsOf),
    readsEnvironment: nodes.some(readsEnvironment),
    hasDefaultExport: nodes.some(isDefaultExport),
  };
}

function parse({ path, text }: SourceFile): unknown {
  try {
    return parseAst(text, { lang: languageOf(path) });
  } catch (cause) {
    throw new SyntaxError(`${path} does not parse`, { cause });
  }
}

function languageOf(path: string): 'js' | 'ts' | 'tsx' | 'dts' {
  if (path.endsWith('.d.ts')) return 'dts';
  if (path.endsWith('.tsx')) return 'tsx';
  return path.endsWith('.ts') ? 'ts' : 'js';
}

function* descendants(root: unknown): Generator<SyntaxNode> {
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (isNode(value)) yield value;
    open.push(...Object.values(value));
  }
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function importsOf(node: SyntaxNode): readonly ImportEdge[] {
  switch (node.type) {
    case 'ImportDeclaration':
      return [{ specifier: literal(node.source), isTypeOnly: isTypeOnly(node, 'importKind') }];
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      if (!isNode(node.source)) return [];
      return [{ specifier: literal(node.source), isTypeOnly: isTypeOnly(node, 'exportKind') }];
    case 'ImportExpression':
      return [{ specifier: literal(node.source), isTypeOnly: false }];
    case 'TSImportType':
      return [{ specifier: literal(node.source), isTypeOnly: true }];
    case 'TSExternalModuleReference':
      return [{ specifier: literal(node.expression), isTypeOnly: false }];
    case 'CallExpression':
      return isRequire(node.callee)
        ? [{ specifier: literal(firstOf(node.arguments)), isTypeOnly: false }]
        : [];
    default:
      return [];
  }
}

/** Of the declaration as a whole, or of each of its names. */
function isTypeOnly(node: SyntaxNode, kind: 'importKind' | 'exportKind'): boolean {
  if (node[kind] === 'type') return true;
  const specifiers: unknown[] = Array.isArray(node.specifiers) ? node.specifiers : [];
  return specifiers.length > 0 && specifiers.every((name) => isNode(name) && name[kind] === 'type');
}

/** `require(...)`, `require.resolve(...)` and `import.meta.resolve(...)`. */
function isRequire(callee: unknown): boolean {
  if (isIdentifier(callee, 'require')) return true;
  if (!isNode(callee) || !isMember(callee, 'resolve')) return false;
  const { object } = callee;
  return isIdentifier(object, 'require') || (isNode(object) && object.type === 'MetaProperty');
}

/**
 * `process.env` in any spelling: as a member (also of globalThis.process), through a variable that takes `process`
 * whole or apart, or by an import from node:process.
 */
function readsEnvironment(node: SyntaxNode): boolean {
  if (isMember(node, 'env')) return isProcess(node.object);
  if (node.type === 'VariableDeclarator') return isProcess(node.init);
  if (node.type !== 'ImportDeclaration' || !/^(node:)?process$/.test(literal(node.source) ?? ''))
    return false;
  const specifiers: unknown[] = Array.isArray(node.specifiers) ? node.specifiers : [];
  return specifiers.some(
    (name) => isNode(name) && (isIdentifier(name.imported, 'env') || !isNamedAsItself(name)),
  );
}

function isNamedAsItself(specifier: SyntaxNode): boolean {
  return specifier.type === 'ImportSpecifier' || isIdentifier(specifier.local, 'process');
}

function isProcess(node: unknown): boolean {
  return isIdentifier(node, 'process') || isMember(node, 'process');
}

function isDefaultExport(node: SyntaxNode): boolean {
  return (
    node.type === 'ExportDefaultDeclaration' ||
    (node.type === 'ExportSpecifier' && isIdentifier(node.exported, 'default'))
  );
}

function isIdentifier(node: unknown, name: string): boolean {
  return isNode(node) && node.type === 'Identifier' && node.name === name;
}

/** `x.name`, `x?.name` or `x['name']`. */
function isMember(node: unknown, name: string): boolean {
  if (!isNode(node) || node.type !== 'MemberExpression') return false;
  return node.computed === true ? literal(node.property) === name : isIdentifier(node.property, name);
}

/** The text of a string literal, or of a template without holes; else null. */
function literal(node: unknown): string | null {
  if (!isNode(node)) return null;
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : null;
  if (node.type !== 'TemplateLiteral' || !Array.isArray(node.quasis) || node.quasis.length !== 1) return null;
  const [only]: unknown[] = node.quasis;
  if (!isNode(only) || typeof only.value !== 'object' || only.value === null) return null;
  return 'cooked' in only.value && typeof only.value.cooked === 'string' ? only.value.cooked : null;
}

function firstOf(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : undefined;
}
