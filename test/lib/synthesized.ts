import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { afterAll } from 'vitest';
import type { Stage } from '../../lib/settings/stage.ts';
import { settingsOf } from '../../lib/settings/stage-settings.ts';
import { addMillpond } from '../../lib/stacks/millpond.ts';

export const ROOT = join(import.meta.dirname, '..', '..');

export interface Resource {
  readonly stack: string;
  readonly id: string;
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
}

export interface Synthesized {
  readonly app: App;
  /** Where the assembly lies. */
  readonly directory: string;
  readonly stacks: readonly string[];
  readonly resources: readonly Resource[];
  /** Resources of one type. */
  of(type: string): readonly Resource[];
}

const assemblies: string[] = [];

afterAll(() => {
  for (const folder of assemblies) rmSync(folder, { recursive: true, force: true });
});

/** The context of cdk.json, so that a test sees what a deployment gets. */
function context(): Record<string, unknown> {
  return JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')).context;
}

/** The stacks whose functions are bundled. */
type Bundled = 'all' | readonly string[];

export function newApp(stage: Stage, options: { readonly bundles: Bundled }): App {
  const outdir = mkdtempSync(join(tmpdir(), 'millpond-cdk-'));
  assemblies.push(outdir);
  return new App({
    context: {
      ...context(),
      stage,
      ...(options.bundles === 'all' ? {} : { 'aws:cdk:bundling-stacks': options.bundles }),
    },
    outdir,
    analyticsReporting: false,
  });
}

const known = new Map<Stage, Synthesized>();

/** All stacks of a stage as templates, without bundles; once per file. */
export function synthesize(stage: Stage): Synthesized {
  const synthesized = known.get(stage) ?? synthesizeAnew(stage, { bundles: [] });
  known.set(stage, synthesized);
  return synthesized;
}

/** The same with the functions' code, of all stacks or of some, which takes seconds. */
export function synthesizeWithBundles(stage: Stage, bundles: Bundled = 'all'): Synthesized {
  return synthesizeAnew(stage, { bundles });
}

function synthesizeAnew(stage: Stage, options: { readonly bundles: Bundled }): Synthesized {
  const app = newApp(stage, options);
  addMillpond(app, settingsOf(stage));
  const assembly = app.synth();
  const resources = assembly.stacks.flatMap((stack) =>
    Object.entries<Omit<Resource, 'stack' | 'id'>>(stack.template.Resources).map(([id, resource]) => ({
      ...resource,
      stack: stack.stackName,
      id,
    })),
  );
  return {
    app,
    directory: assembly.directory,
    stacks: assembly.stacks.map((stack) => stack.stackName),
    resources,
    of: (type) => resources.filter((resource) => resource.Type === type),
  };
}
