import { expect, it } from 'vitest';
import { settingsOf } from '../../lib/settings/stage-settings.ts';
import { synthesize } from './synthesized.ts';

const stage = synthesize('prod');
const { analystScanLimitGb, pipelineScanLimitGb } = settingsOf('prod');

it('the database is that of the stage', () => {
  expect(stage.of('AWS::Glue::Database')[0]?.Properties).toMatchObject({
    DatabaseInput: { Name: 'millpond_prod' },
  });
});

it.each([
  ['millpond-prod-pipeline', pipelineScanLimitGb],
  ['millpond-prod-analyst', analystScanLimitGb],
])('fault 62: %s cancels a query that scans too much, and no client overrides it', (name, limitGb) => {
  const group = stage.of('AWS::Athena::WorkGroup').find(({ Properties }) => Properties.Name === name);

  expect(group?.Properties.WorkGroupConfiguration).toMatchObject({
    EnforceWorkGroupConfiguration: true,
    BytesScannedCutoffPerQuery: limitGb * 1e9,
    EngineVersion: { SelectedEngineVersion: 'Athena engine version 3' },
    PublishCloudWatchMetricsEnabled: true,
    ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_S3' } },
  });
});
