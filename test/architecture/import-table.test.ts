import { describe, expect, it } from 'vitest';
import { findForbiddenImports, IMPORT_TABLE, readImportGraph, roomOf } from './import-table.ts';
import { describeViolations, readRepository, type SourceFile } from './source-tree.ts';

const REPOSITORY = readRepository();

/** A tree that holds one file with one import, beside the files of which the rules speak. */
function treeWith(path: string, statement: string): readonly SourceFile[] {
  const targets = [
    'lambdas/domain/money.ts',
    'lambdas/domain/events/generate.ts',
    'lambdas/ports/stream.ts',
    'lambdas/aws/dynamodb-claim-store.ts',
    'lambdas/runtime/logger.ts',
    'lambdas/consume-events/handler.ts',
    'lambdas/consume-events/env.ts',
    'lambdas/consume-events/consume-batch.ts',
    'lambdas/run-models/run-models.ts',
    'lambdas/run-models/env.ts',
    'simulator/shop-event.ts',
    'simulator/truth/count-orders.ts',
    'local/sqlite-stream.ts',
    'local/cli/sinks/open-destination.ts',
    'lib/stacks/storage.ts',
  ];
  const others = targets.filter((target) => target !== path).map((target) => ({ path: target, text: '' }));
  return [{ path, text: statement }, ...others];
}

describe('the import graph of the repository', () => {
  it('was read from enough files to mean something', () => {
    const graph = readImportGraph(REPOSITORY);

    expect(graph.files.length).toBeGreaterThan(200);
    expect(graph.edges.length).toBeGreaterThan(800);
  });

  it('has programs in every room but the page, which is not built yet, SQL and package.json', () => {
    const inhabited = new Set(readImportGraph(REPOSITORY).files.map(roomOf));

    const empty = IMPORT_TABLE.map(({ from }) => from).filter((room) => !inhabited.has(room));

    expect(empty.sort()).toEqual(['athena', 'dashboard', 'manifest']);
  });

  it('has no import that the table forbids', () => {
    expect(describeViolations(findForbiddenImports(REPOSITORY))).toEqual([]);
  });

  it('reaches the AWS SDK from lambdas/aws and tests alone', () => {
    const importers = readImportGraph(REPOSITORY).edges.filter(({ target }) =>
      target?.startsWith('@aws-sdk/'),
    );
    const rooms = importers.map(({ path }) => roomOf(path));

    expect(rooms.filter((room) => room !== 'lambdas/aws' && room !== 'test' && room !== 'bench')).toEqual([]);
  });
});

describe('the import table', () => {
  it('has one row per room', () => {
    const rooms = IMPORT_TABLE.map(({ from }) => from);

    expect(new Set(rooms).size).toBe(rooms.length);
  });

  it.each([
    ['lambdas/domain/a.ts', "import { z } from 'zod';"],
    ['lambdas/domain/events/a.ts', "import { m } from '../money.ts';"],
    ['lambdas/ports/a.ts', "import type { M } from '../domain/money.ts';"],
    ['lambdas/aws/a.ts', "import { S3Client } from '@aws-sdk/client-s3';"],
    ['lambdas/run-models/a.ts', "import { c } from '../consume-events/consume-batch.ts';"],
    ['lambdas/run-models/a.ts', "import { gzipSync } from 'node:zlib';"],
    ['lambdas/consume-events/handler.ts', "import { c } from './consume-batch.ts';"],
    ['lambdas/consume-events/handler.ts', "import { e } from './env.ts';"],
    ['lambdas/consume-events/handler.ts', "import { l } from '../runtime/logger.ts';"],
    ['simulator/a.ts', "import { m } from '../lambdas/domain/money.ts';"],
    ['simulator/truth/a.ts', "import { c } from './count-orders.ts';"],
    ['simulator/truth/a.ts', "import type { E } from '../shop-event.ts';"],
    ['local/a.ts', "import { c } from '../lambdas/consume-events/consume-batch.ts';"],
    ['local/a.ts', "import { c } from '../simulator/truth/count-orders.ts';"],
    ['local/a.ts', "import { o } from './cli/sinks/open-destination.ts';"],
    ['local/cli/sinks/a.ts', "const a = await import('../../../lambdas/aws/dynamodb-claim-store.ts');"],
    ['local/cli/sinks/a.ts', "import { s } from '../../sqlite-stream.ts';"],
    ['lib/a.ts', "import { e } from '../lambdas/consume-events/env.ts';"],
    ['bin/millpond.ts', "import { s } from '../lib/stacks/storage.ts';"],
    ['test/lib/a.test.ts', "import { h } from '../../lambdas/consume-events/handler.ts';"],
    ['test/lib/a.test.ts', 'const a = await import(name);'],
    ['test/lambdas/domain/a.test.ts', "import { g } from '../../../lambdas/domain/events/generate.ts';"],
  ])('lets %s say: %s', (path, statement) => {
    expect(findForbiddenImports(treeWith(path, statement))).toEqual([]);
  });

  it.each([
    ['lambdas/domain/a.ts', "import { createHash } from 'node:crypto';"],
    ['lambdas/domain/a.ts', "import type { S } from '../ports/stream.ts';"],
    ['lambdas/domain/a.ts', "type S = import('../ports/stream.ts').S;"],
    ['lambdas/domain/a.ts', "export * from '../ports/stream.ts';"],
    ['lambdas/domain/a.ts', "const a = await import('../aws/dynamodb-claim-store.ts');"],
    ['lambdas/domain/a.ts', 'const a = await import(name);'],
    ['lambdas/domain/a.ts', "import { g } from './events/generate.ts';"],
    ['lambdas/domain/a.ts', "import { gone } from './gone.ts';"],
    ['lambdas/ports/a.ts', "import { l } from '../runtime/logger.ts';"],
    ['lambdas/aws/a.ts', "import { s } from '../../local/sqlite-stream.ts';"],
    ['lambdas/aws/a.ts', "import { c } from '../consume-events/consume-batch.ts';"],
    ['lambdas/run-models/a.ts', "import { d } from '../aws/dynamodb-claim-store.ts';"],
    ['lambdas/run-models/a.ts', "import { l } from '../runtime/logger.ts';"],
    ['lambdas/run-models/a.ts', "import { e } from './env.ts';"],
    ['lambdas/run-models/a.ts', "import { h } from '../consume-events/handler.ts';"],
    ['lambdas/run-models/a.ts', "import { readFile } from 'node:fs/promises';"],
    ['lambdas/run-models/a.ts', "import { S3Client } from '@aws-sdk/client-s3';"],
    ['lambdas/runtime/a.ts', "import { d } from '../aws/dynamodb-claim-store.ts';"],
    ['lambdas/runtime/a.ts', "import { S3Client } from '@aws-sdk/client-s3';"],
    ['lambdas/consume-events/handler.ts', "import { r } from '../run-models/run-models.ts';"],
    ['lambdas/consume-events/handler.ts', "import { e } from '../run-models/env.ts';"],
    ['lambdas/consume-events/handler.ts', "import { s } from '../../local/sqlite-stream.ts';"],
    ['lambdas/consume-events/handler.ts', "import { S3Client } from '@aws-sdk/client-s3';"],
    ['simulator/a.ts', "import { c } from '../lambdas/consume-events/consume-batch.ts';"],
    ['simulator/a.ts', "import { s } from '../local/sqlite-stream.ts';"],
    ['simulator/truth/a.ts', "import { e } from '../shop-event.ts';"],
    ['simulator/truth/a.ts', "import { m } from '../../lambdas/domain/money.ts';"],
    ['simulator/truth/a.ts', "import type { M } from '../../lambdas/domain/money.ts';"],
    ['local/a.ts', "import { d } from '../lambdas/aws/dynamodb-claim-store.ts';"],
    ['local/a.ts', "import type { D } from '../lambdas/aws/dynamodb-claim-store.ts';"],
    ['local/a.ts', "import { l } from '../lambdas/runtime/logger.ts';"],
    ['local/a.ts', "import { h } from '../lambdas/consume-events/handler.ts';"],
    ['local/cli/commands/a.ts', "const a = await import('../../../lambdas/aws/dynamodb-claim-store.ts');"],
    ['local/cli/sinks/a.ts', "import { S3Client } from '@aws-sdk/client-s3';"],
    ['local/cli/sinks/a.ts', "import { l } from '../../../lambdas/runtime/logger.ts';"],
    ['lib/a.ts', "import { h } from '../lambdas/consume-events/handler.ts';"],
    ['lib/a.ts', "import { c } from '../lambdas/consume-events/consume-batch.ts';"],
    ['lib/a.ts', "import { S3Client } from '@aws-sdk/client-s3';"],
    ['bin/a.ts', "import { m } from '../lambdas/domain/money.ts';"],
    ['dashboard/a.tsx', "import { m } from '../lambdas/domain/money.ts';"],
    ['athena/a.ts', "import { readFile } from 'node:fs';"],
    ['test/lib/a.test.ts', "import { gone } from './gone.ts';"],
  ])('forbids that %s says: %s', (path, statement) => {
    const violations = findForbiddenImports(treeWith(path, statement));

    expect(violations.map((violation) => violation.path)).toEqual([path]);
  });
});
