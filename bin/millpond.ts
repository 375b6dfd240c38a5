import { App } from 'aws-cdk-lib';
import { parseStage, UnknownStageError } from '../lib/settings/stage.ts';
import { settingsOf } from '../lib/settings/stage-settings.ts';
import { addMillpond } from '../lib/stacks/millpond.ts';

try {
  const app = new App();
  addMillpond(app, settingsOf(parseStage(app.node.tryGetContext('stage'))));
} catch (error) {
  if (!(error instanceof UnknownStageError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
