import { type Command, Option } from 'commander';
import { SQL_DIALECTS, type SqlDialect } from '../../../lambdas/domain/models/dialect.ts';
import type { Model, Partition, Slice } from '../../../lambdas/domain/models/model.ts';
import { tableChecks } from '../../../lambdas/domain/models/render-column-checks.ts';
import { type ExplainedStatement, explainModel } from '../../../lambdas/run-lake/explain-model.ts';
import { readModels } from '../../model-files.ts';
import type { CommandContext, RunAction } from '../context.ts';
import { CommandError, EXIT_CODES, type ExitCode, usageError } from '../errors.ts';
import { renderTable } from '../format/table.ts';
import { printAnswer } from '../print.ts';

interface ModelsOptions {
  readonly mermaid?: true;
  readonly explain?: string;
  readonly dialect: SqlDialect;
}

const HELP = `
In build order: each model after its inputs. A source is loaded or read, a scratch table lives for one run, a view and a
touched one too (that names what an incremental run computes again), a table is changed by one MERGE. --explain shows the
statements of one model as a run sends them, the tests of its columns last; where a run asks first which partitions
change, one date stands for them, and in Athena and Trino sample places stand for the lake's own.

Examples:
  millpond models
  millpond models --mermaid > models.mmd
  millpond models --explain fct_orders --dialect athena`;

export function addModelsCommand(program: Command, run: RunAction): void {
  program
    .command('models')
    .summary('the models, their inputs, their SQL')
    .description('List the models in build order, draw their graph, or show the SQL of one.')
    .option('--mermaid', 'the graph as a Mermaid flowchart')
    .option('--explain <model>', 'the statements of this model')
    .addOption(
      new Option('--dialect <dialect>', 'with --explain: for which engine')
        .choices(SQL_DIALECTS)
        .default('duckdb'),
    )
    .addHelpText('after', HELP)
    .action((options: ModelsOptions) => run((context) => showModels(context, options)));
}

async function showModels(context: CommandContext, options: ModelsOptions): Promise<ExitCode> {
  const { models } = readModels();
  if (options.explain !== undefined) {
    if (options.mermaid) throw usageError('Give --mermaid or --explain, not both.');
    return explain(context, models, { name: options.explain, dialect: options.dialect });
  }
  const answer = { models: models.map(lineOf) };
  await printAnswer(context, answer, () =>
    options.mermaid ? mermaidText(models) : modelsText(models, context.terminalWidth),
  );
  return EXIT_CODES.success;
}

async function explain(
  context: CommandContext,
  models: readonly Model[],
  { name, dialect }: { readonly name: string; readonly dialect: SqlDialect },
): Promise<ExitCode> {
  const model = models.find((candidate) => candidate.name === name);
  if (model === undefined) {
    const names = models.map((candidate) => candidate.name);
    const similar = names.filter((candidate) => candidate.includes(name.toLowerCase()));
    throw new CommandError(
      'no_such_model',
      `There is no model "${name}"; there are ${(similar.length > 0 ? similar : names).join(', ')}.`,
    );
  }
  const statements = [...explainModel(model, dialect, PLACES[dialect]), ...explainTests(model, models)];
  await printAnswer(context, { model: name, dialect, statements }, () =>
    statements.map(({ purpose, sql }) => `-- ${purpose}\n${sql};`).join('\n\n'),
  );
  return EXIT_CODES.success;
}

/** How a whole look at a table counts the bad rows of its columns' tests. */
export function explainTests(model: Model, models: readonly Model[]): readonly ExplainedStatement[] {
  const tested = tableChecks(models).filter((table) => table.model === model);
  return tested.map(({ countsSql }) => ({
    purpose: 'bad rows by the tests of its columns',
    sql: countsSql,
  }));
}

const IN_AWS = { objectsRoot: 's3://raw-bucket/', warehouse: 's3://lake-bucket/tables' };
const PLACES = {
  duckdb: { objectsRoot: 'objects/', warehouse: '' },
  athena: IN_AWS,
  trino: { ...IN_AWS, rawSchema: 'hive.lake_raw' },
};

function lineOf(model: Model) {
  return {
    name: model.name,
    kind: kindOf(model),
    file: `athena/${model.file}`,
    inputs: model.inputs,
    key: model.kind === 'table' ? model.key : [],
    partition: model.kind === 'table' ? partitionText(model.partition) : 'none',
    slice: model.kind === 'table' ? sliceText(model.slice) : null,
    grain: model.grain,
    meaning: model.meaning,
  };
}

function kindOf(model: Model): string {
  if (model.kind === 'source') return `source (${model.origin})`;
  if (model.kind === 'scratch' && model.isTouched) return 'touched';
  return model.kind === 'scratch' && model.isView ? 'view' : model.kind;
}

function sliceText(slice: Slice): string {
  return slice.kind === 'all' ? 'all' : `${slice.columns.join(', ')} of ${slice.touched}`;
}

function partitionText(partition: Partition): string {
  if (partition.kind === 'none') return 'none';
  return partition.kind === 'month' ? `month(${partition.column})` : partition.column;
}

function modelsText(models: readonly Model[], terminalWidth: number | null): string {
  const columns = ['model', 'kind', 'partition', 'key', 'inputs'].map((name) => ({ name, type: 'varchar' }));
  const rows = models
    .map(lineOf)
    .map(({ name, kind, partition, key, inputs }) => [
      name,
      kind,
      partition,
      key.join(', ') || '-',
      inputs.join(', ') || '-',
    ]);
  const width = terminalWidth === null ? {} : { maxWidth: terminalWidth };
  return renderTable(columns, rows, width).trimEnd();
}

/** Sources as cylinders, scratch tables round, tables square; an arrow leads from an input to who reads it. */
export function mermaidText(models: readonly Model[]): string {
  const nodes = models.map(({ kind, name }) => {
    if (kind === 'source') return `  ${name}[(${name})]`;
    return kind === 'scratch' ? `  ${name}(${name})` : `  ${name}[${name}]`;
  });
  const arrows = models.flatMap(({ name, inputs }) => inputs.map((input) => `  ${input} --> ${name}`));
  return ['flowchart LR', ...nodes, ...arrows].join('\n');
}
