import { describe, expect, it, test } from 'vitest';
import { DATASETS, findDataset } from '../../../../lambdas/domain/datasets/catalogue.ts';
import { CONTRACT_FIELDS } from '../../../../lambdas/domain/events/contract.ts';
import { objectsPrefix } from '../../../../lambdas/domain/models/render-source.ts';
import { readModels } from '../../../../local/model-files.ts';

const MODELS = readModels().models;

describe.each(DATASETS.map((dataset) => [dataset.name, dataset] as const))(
  'the dataset %s',
  (name, dataset) => {
    it('is found by its name, and its key is among its required columns', () => {
      const required = dataset.columns.filter((column) => column.isRequired).map((column) => column.name);

      expect(findDataset(name)).toBe(dataset);
      expect(required).toEqual(expect.arrayContaining([...dataset.key]));
    });

    it('has a raw table of exactly its columns, over the folder that its objects lie in', () => {
      const raw = MODELS.find((model) => model.name === `raw_${dataset.source}`);
      const own = ['_shard_id', '_sequence_number', '_extra', 'ingest_date', '$path'];
      const columns = raw?.columns.map((column) => column.name).filter((column) => !own.includes(column));

      expect(columns?.toSorted()).toEqual(dataset.columns.map((column) => column.name).toSorted());
      expect(objectsPrefix(`raw_${dataset.source}`)).toBe(`raw/${dataset.source}/`);
    });

    it('tolerates no bad row when a file is all there is: it would count as gone', () => {
      if (dataset.mode === 'snapshot') expect(dataset.maxBadRows).toEqual({ kind: 'rows', rows: 0 });
    });

    it('is staged in a table of its key and partition', () => {
      const staged = MODELS.find((model) => model.name === dataset.stagedIn);
      if (staged?.kind !== 'table') throw new Error(`${dataset.stagedIn} is no table`);

      expect(staged.key).toEqual(dataset.key);
      expect(staged.partition.kind === 'none' ? null : staged.partition.column).toBe(dataset.partition);
    });
  },
);

test('the dataset events has a column for each field of the contract', () => {
  const columns = findDataset('events')?.columns.map((column) => column.name);

  expect(new Set(columns)).toEqual(CONTRACT_FIELDS);
});

test('no dataset is called so', () => {
  expect(findDataset('constructor')).toBeNull();
});
