import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheFolder } from '../emulators/cache-folder.ts';
import { CannotRunError } from '../emulators/emulator.ts';
import { findJava, majorOf } from '../emulators/find-java.ts';
import { installOnce } from '../emulators/install-once.ts';
import { reasonIn, runProgram } from '../emulators/program-output.ts';
import { freePorts, startServer, waitUntilReady } from '../emulators/server-process.ts';

/** Answers everything, by a second process that it has started itself. */
const SERVER = `
  const serve = "require('node:http').createServer((_, answer) => answer.end('up')).listen(+process.argv[1], '127.0.0.1')";
  require('node:child_process').spawn(process.execPath, ['-e', serve, process.argv[1]], { stdio: 'inherit' });
`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millpond-emulators-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function startOne(): Promise<{
  readonly port: number;
  readonly server: ReturnType<typeof startServer>;
}> {
  const [port = 0] = await freePorts(1);
  const log = join(folder, 'server.log');
  const server = startServer({ program: process.execPath, parameters: ['-e', SERVER, String(port)] }, log);
  await waitUntilReady(`http://127.0.0.1:${port}/`, server, log);
  return { port, server };
}

/** Settles when whoever listens at the port ends. */
async function lineTo(port: number): Promise<{ readonly closed: Promise<boolean> }> {
  const socket = connect(port, '127.0.0.1');
  const { promise: closed, resolve: close } = Promise.withResolvers<boolean>();
  socket.on('error', () => {}).on('close', () => close(true));
  await once(socket, 'connect');
  return { closed };
}

describe.skipIf(process.platform === 'win32')(
  'a server of an emulator run (process groups: not on Windows)',
  () => {
    it('ends with all that it has started', async () => {
      const { port, server } = await startOne();
      const { closed } = await lineTo(port);

      await server.stop();

      expect(await closed).toBe(true);
      await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
    });

    it('ends when the run is killed in a way that it cannot catch', async () => {
      const [port = 0] = await freePorts(1);
      const module = resolve(import.meta.dirname, '../emulators/server-process.ts');
      const program = `
      const { startServer, waitUntilReady } = await import(${JSON.stringify(module)});
      const log = ${JSON.stringify(join(folder, 'server.log'))};
      const parameters = ['-e', ${JSON.stringify(SERVER)}, '${port}'];
      await waitUntilReady('http://127.0.0.1:${port}/', startServer({ program: process.execPath, parameters }, log), log);
      console.log('up');
    `;
      const run = spawn(process.execPath, ['--input-type=module', '-e', program], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(run.stdout, 'data');
      const { closed } = await lineTo(port);

      run.kill('SIGKILL');

      expect(await closed).toBe(true);
    });

    it('that answers before it is ready is waited for', async () => {
      const answers = ['starting', 'starting', 'up'];
      const server = createServer((_, answer) => answer.end(answers.shift() ?? 'asked again'));
      await once(server.listen(0, '127.0.0.1'), 'listening');
      const address = server.address();
      const port = address !== null && typeof address !== 'string' ? address.port : 0;
      const running = { ended: new Promise<void>(() => {}) };

      await waitUntilReady(`http://127.0.0.1:${port}/`, running, '', (answer) => answer === 'up');
      server.closeAllConnections();
      server.close();

      expect(answers).toEqual([]);
    });

    it('that ends at once fails the run, with the end of its log', async () => {
      const log = join(folder, 'server.log');
      const parameters = ['-e', "console.error('the port is taken'); process.exit(3)"];
      const [port = 0] = await freePorts(1);

      const server = startServer({ program: process.execPath, parameters }, log);

      await expect(waitUntilReady(`http://127.0.0.1:${port}/`, server, log)).rejects.toThrow(
        'the port is taken',
      );
      await server.stop();
    });
  },
);

describe('the cache of emulators', () => {
  it('lies where XDG says, and a relative path is ignored', () => {
    expect(cacheFolder({ XDG_CACHE_HOME: '/var/cache/me' })).toBe('/var/cache/me/millpond/emulators');
    expect(cacheFolder({ XDG_CACHE_HOME: 'cache' })).toBe(cacheFolder({}));
    expect(cacheFolder({})).toMatch(/\.cache.millpond.emulators$/);
  });

  it('is filled once', async () => {
    let fills = 0;
    const fill = async (draft: string) => {
      fills += 1;
      writeFileSync(join(draft, 'jar'), 'bytes');
    };

    await Promise.all([installOnce(folder, 'server', fill), installOnce(folder, 'server', fill)]);
    const place = await installOnce(folder, 'server', fill);

    expect(fills).toBe(2);
    expect(readdirSync(folder)).toEqual(['server']);
    expect(existsSync(join(place, 'jar'))).toBe(true);
  });

  it('keeps nothing of a download that failed', async () => {
    const fill = async (draft: string) => {
      writeFileSync(join(draft, 'half'), 'bytes');
      throw new CannotRunError('no network');
    };

    await expect(installOnce(folder, 'server', fill)).rejects.toThrow('no network');
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('the Java of an emulator run', () => {
  it.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['openjdk version "25" 2025-09-16', 25],
    ['java version "1.8.0_402"', 1],
    ['Usage: java [options]', 0],
  ])('is told by what it says of itself: %s', (text, major) => {
    expect(majorOf(text)).toBe(major);
  });

  it('of JAVA_HOME goes before those of the machine', async () => {
    writeFileSync(join(folder, 'bin'), 'no folder at all');

    const found = await findJava(17, { JAVA_HOME: folder }).catch((error: unknown) => error);

    // Its bin is a file here, so that it is passed over and, without another one, named as missing.
    if (found instanceof Error) expect(found).toBeInstanceOf(CannotRunError);
    else expect(found).not.toMatchObject({ home: folder });
  });
});

describe('a program of an emulator run', () => {
  it('tells how it ended, and one that is not there has a code of its own', async () => {
    expect((await runProgram(join(folder, 'none'), [])).code).toBe(-1);
    expect((await runProgram(process.execPath, ['-e', 'process.exit(4)'])).code).toBe(4);
  });

  it('tells why it failed in one line', () => {
    expect(reasonIn('WARNING: retrying\n\u001b[31m[ERROR] no network\u001b[0m\n[ERROR] see the log\n')).toBe(
      '[ERROR] no network',
    );
    expect(reasonIn('a\n b \n\u001b[0m\n')).toBe('b');
    expect(reasonIn('\n')).toBe('it said nothing');
    expect(reasonIn('x'.repeat(1_000))).toHaveLength(303);
  });
});
