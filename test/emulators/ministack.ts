import { join } from 'node:path';
import { CannotRunError, type Emulator } from './emulator.ts';
import { installOnce } from './install-once.ts';
import { outputOf, reasonIn, runProgram } from './program-output.ts';

const VERSION = '1.5.33';
const REQUIREMENTS = join(import.meta.dirname, 'ministack.requirements.txt');
const OLDEST_PYTHON = { major: 3, minor: 10 };
const DOWNLOAD_TIMEOUT_MS = 600_000;

/** S3, DynamoDB and Kinesis in one process, from PyPI into a virtual environment of the cache. */
export const miniStack: Emulator = {
  name: `MiniStack ${VERSION}`,
  ports: 1,
  readyPath: '/_ministack/health',
  prepare: async (cacheFolder) => {
    const python = await findPython();
    const folder = await installOnce(cacheFolder, `ministack-${VERSION}`, (draft) => install(draft, python));
    return ([port]) => ({
      program: join(folder, 'bin', 'python'),
      // Not the script of that name beside it: that one names the folder in which it was made, before it was moved.
      parameters: ['-m', 'ministack'],
      environment: { BIND_HOST: '127.0.0.1', GATEWAY_PORT: String(port), IOT_MTLS_ENABLED: '0' },
      folder,
    });
  },
};

async function findPython(): Promise<string> {
  const { major, minor } = OLDEST_PYTHON;
  for (const program of ['python3', 'python']) {
    const version = /^Python (\d+)\.(\d+)/.exec((await outputOf(program, ['--version'])) ?? '');
    if (version !== null && Number(version[1]) === major && Number(version[2]) >= minor) return program;
  }
  throw new CannotRunError(`no Python ${major}.${minor} or newer on the path`);
}

async function install(folder: string, python: string): Promise<void> {
  const made = await runProgram(python, ['-m', 'venv', folder]);
  if (made.code !== 0) throw new CannotRunError(`this Python makes no venv: ${reasonIn(made.output)}`);
  const pip = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--requirement',
    REQUIREMENTS,
  ];
  const { code, output } = await runProgram(join(folder, 'bin', 'python'), pip, {
    timeoutMs: DOWNLOAD_TIMEOUT_MS,
  });
  if (code !== 0) throw new CannotRunError(`the download by pip failed: ${reasonIn(output)}`);
}
