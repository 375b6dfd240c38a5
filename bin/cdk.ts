import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { cdkArguments } from '../lib/settings/cdk-arguments.ts';
import { UnknownStageError } from '../lib/settings/stage.ts';

/** The CDK's command line, which knows no stage: `--stage dev` becomes a context that bin/millpond.ts reads. */
try {
  const cdk = createRequire(import.meta.url).resolve('aws-cdk/bin/cdk');
  const given = cdkArguments(process.argv.slice(2));
  const { status } = spawnSync(process.execPath, [cdk, ...given], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} catch (error) {
  if (!(error instanceof UnknownStageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
