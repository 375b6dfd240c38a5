import { join } from 'node:path';
import { CannotRunError, type Emulator } from './emulator.ts';
import { findJava, type Java } from './find-java.ts';
import { installOnce } from './install-once.ts';
import { outputOf, reasonIn, runProgram } from './program-output.ts';

const VERSION = '3.3.1';
const OLDEST_JAVA = 17;
const POM = join(import.meta.dirname, 'dynamodb-local.pom.xml');
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
const DOWNLOAD_TIMEOUT_MS = 600_000;

/**
 * Amazon's own DynamoDB for tests. Its licence allows it beside an AWS account and forbids passing it on: it is a test
 * oracle, downloaded by Maven into the cache and never shipped. It listens on all interfaces: it has no option for less.
 */
export const dynamoDbLocal: Emulator = {
  name: `DynamoDB Local ${VERSION}`,
  ports: 1,
  readyPath: '/',
  prepare: async (cacheFolder) => {
    const java = await findJava(OLDEST_JAVA);
    const folder = await installOnce(cacheFolder, `dynamodb-local-${VERSION}`, (draft) =>
      download(draft, java),
    );
    return ([port]) => ({
      program: java.program,
      parameters: [
        '-Xmx512m',
        `-Djava.library.path=${folder}`,
        '-cp',
        join(folder, '*'),
        'software.amazon.dynamodb.services.local.main.ServerRunner',
        ...['-inMemory', '-sharedDb', '-disableTelemetry', '-port', String(port)],
      ],
      folder,
    });
  },
};

async function download(folder: string, java: Java): Promise<void> {
  if ((await outputOf('mvn', ['--version'])) === null) throw new CannotRunError('no Maven (mvn) on the path');
  const env = java.home === null ? process.env : { ...process.env, JAVA_HOME: java.home };
  const goal = [COPY, `-DoutputDirectory=${folder}`];
  const { code, output } = await runProgram(
    'mvn',
    ['-q', '-B', '-f', POM, `-Ddynamodb-local.version=${VERSION}`, ...goal],
    {
      env,
      timeoutMs: DOWNLOAD_TIMEOUT_MS,
    },
  );
  if (code !== 0) throw new CannotRunError(`the download by Maven failed: ${reasonIn(output)}`);
}
