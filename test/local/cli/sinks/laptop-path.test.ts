import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';

const LOCAL = path.join(import.meta.dirname, '../../../../local');

/** The packages of AWS that a process holds after importing the module. */
function awsPackagesAfter(module: string, call: string): string[] {
  const script = `
    import { createRequire } from 'node:module';
    const module = await import(${JSON.stringify(pathToFileURL(path.join(LOCAL, module)).href)});
    ${call};
    const files = Object.keys(createRequire(import.meta.url).cache);
    const names = files.flatMap((file) => /@aws-sdk.(client-[a-z0-9]+)/.exec(file)?.[1] ?? []);
    console.log(JSON.stringify([...new Set(names)]));
  `;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
  return JSON.parse(output);
}

it('the whole command line is loaded without the AWS SDK', () => {
  expect(awsPackagesAfter('cli/main.ts', '')).toEqual([]);
});

it('opening a Kinesis stream loads the client of Kinesis, and no other', () => {
  const open = "await module.openKinesisDestination({ streamName: 'shop', region: 'eu-west-1' }).open()";

  expect(awsPackagesAfter('cli/sinks/kinesis-destination.ts', open)).toEqual(['client-kinesis']);
});
