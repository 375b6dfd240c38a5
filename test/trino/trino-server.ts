import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CannotRunError, type Emulator } from '../emulators/emulator.ts';
import { findJava, type Java } from '../emulators/find-java.ts';
import { installOnce } from '../emulators/install-once.ts';
import { outputOf, reasonIn, runProgram } from '../emulators/program-output.ts';

const VERSION = '476';
const OLDEST_JAVA = 24;
const MAVEN_GOAL = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:get';
const DOWNLOAD_TIMEOUT_MS = 900_000;

/** The plug-ins stand in the server's folder under these names. */
const PLUGINS = ['iceberg', 'hive'] as const;

/** Of the released artifacts, some 800 MB; the server's own archive brings plug-ins that nothing here needs. */
const ARTIFACTS = [
  { artifact: `io.trino:trino-server-core:${VERSION}:tar.gz`, file: `trino-server-core-${VERSION}.tar.gz` },
  ...PLUGINS.map((plugin) => ({
    artifact: `io.trino:trino-${plugin}:${VERSION}:zip`,
    file: `trino-${plugin}-${VERSION}.zip`,
  })),
];

/**
 * A Trino of one node whose tables lie in `warehouse`, which it calls `local:///`: a catalogue `iceberg` for what the
 * runner builds, a catalogue `hive` for raw objects, each with a metastore of files.
 */
export function trinoServer(warehouse: string): Emulator {
  return {
    name: `Trino ${VERSION}`,
    ports: 1,
    readyPath: '/v1/info',
    // A statement that comes before is refused, or never answered.
    isReady: (answer) => answer.includes('"starting":false'),
    prepare: async (cacheFolder) => {
      const java = await findJava(OLDEST_JAVA);
      const home = await installOnce(cacheFolder, `trino-${VERSION}`, (draft) => install(draft, java));
      return ([port]) => ({
        program: java.program,
        parameters: [...JVM_OPTIONS, ...nodeOptions(home, warehouse, port ?? 0)],
      });
    },
  };
}

const JVM_OPTIONS = [
  '-server',
  '-Xms1G',
  '-Xmx1G',
  '-XX:+UseG1GC',
  '-XX:G1HeapRegionSize=8M',
  '-XX:ReservedCodeCacheSize=256M',
  '-XX:+ExitOnOutOfMemoryError',
  '-XX:+UnlockDiagnosticVMOptions',
  '-Djdk.attach.allowAttachSelf=true',
  '-Dfile.encoding=UTF-8',
  '-Duser.timezone=UTC',
  '--enable-native-access=ALL-UNNAMED',
  '--add-modules=jdk.incubator.vector',
];

/** Writes the configuration of this start and names it. */
function nodeOptions(home: string, warehouse: string, port: number): readonly string[] {
  const folder = join(warehouse, '.trino');
  const catalogs = join(folder, 'catalog');
  mkdirSync(catalogs, { recursive: true });
  const write = (file: string, settings: Readonly<Record<string, string>>) =>
    writeFileSync(
      file,
      Object.entries(settings)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    );
  write(join(folder, 'config.properties'), {
    coordinator: 'true',
    'node-scheduler.include-coordinator': 'true',
    'http-server.http.port': String(port),
    'discovery.uri': `http://127.0.0.1:${port}`,
    'catalog.config-dir': catalogs,
    'plugin.dir': join(home, 'plugin'),
    'query.max-memory': '600MB',
    'query.max-memory-per-node': '600MB',
    'memory.heap-headroom-per-node': '300MB',
    'task.concurrency': '2',
    'task.max-worker-threads': '4',
    'http-server.log.enabled': 'false',
    'web-ui.enabled': 'false',
  });
  write(join(folder, 'log.properties'), { 'io.trino': 'WARN', 'org.apache.iceberg': 'WARN' });
  write(join(catalogs, 'iceberg.properties'), {
    'connector.name': 'iceberg',
    'iceberg.catalog.type': 'TESTING_FILE_METASTORE',
    'hive.metastore.catalog.dir': 'local:///.iceberg',
    'fs.native-local.enabled': 'true',
    'local.location': warehouse,
    'iceberg.unique-table-location': 'true',
  });
  write(join(catalogs, 'hive.properties'), {
    'connector.name': 'hive',
    'hive.metastore': 'file',
    'hive.metastore.catalog.dir': 'local:///.hive',
    'fs.native-local.enabled': 'true',
    'local.location': warehouse,
    'hive.non-managed-table-writes-enabled': 'true',
    'hive.recursive-directories': 'true',
    // On a disk a projected folder that does not exist is an error, which on S3 it is not.
    'hive.ignore-absent-partitions': 'true',
  });
  return [
    '-Dnode.environment=test',
    '-Dnode.id=test',
    `-Dnode.data-dir=${join(folder, 'data')}`,
    '-Dnode.bind-ip=127.0.0.1',
    '-Dnode.internal-address=127.0.0.1',
    `-Dconfig=${join(folder, 'config.properties')}`,
    `-Dlog.levels-file=${join(folder, 'log.properties')}`,
    ...['-cp', join(home, 'lib', '*'), 'io.trino.server.TrinoServer'],
  ];
}

/** Downloads by Maven and unpacks; the archives are not kept. */
async function install(folder: string, java: Java): Promise<void> {
  if ((await outputOf('mvn', ['--version'])) === null) throw new CannotRunError('no Maven (mvn) on the path');
  const repository = join(folder, 'repository');
  const env = java.home === null ? process.env : { ...process.env, JAVA_HOME: java.home };
  for (const { artifact } of ARTIFACTS) {
    await must(
      'mvn',
      [
        '-q',
        '-B',
        MAVEN_GOAL,
        `-Dartifact=${artifact}`,
        '-Dtransitive=false',
        `-Dmaven.repo.local=${repository}`,
      ],
      (said) => new CannotRunError(`the download of ${artifact} by Maven failed: ${said}`),
      env,
    );
  }
  const [server, ...plugins] = ARTIFACTS.map(({ file }) => fileBelow(repository, file));
  const failed = (said: string) => new Error(`an archive of Trino cannot be unpacked: ${said}`);
  await must('tar', ['-xzf', server ?? '', '-C', folder, '--strip-components=1'], failed);
  for (const [index, plugin] of plugins.entries()) {
    const draft = join(folder, `plugin-${index}`);
    mkdirSync(draft);
    // The jar tool of the JDK reads zip archives, so that no other program is needed.
    await must(
      java.home === null ? 'jar' : join(java.home, 'bin', 'jar'),
      ['-xf', plugin],
      failed,
      env,
      draft,
    );
    const [inside = ''] = readdirSync(draft);
    renameSync(join(draft, inside), join(folder, 'plugin', PLUGINS[index] ?? ''));
    rmSync(draft, { recursive: true });
  }
  rmSync(repository, { recursive: true });
}

async function must(
  program: string,
  parameters: readonly string[],
  failure: (said: string) => Error,
  env: NodeJS.ProcessEnv = process.env,
  folder?: string,
): Promise<void> {
  const { code, output } = await runProgram(program, parameters, {
    env,
    timeoutMs: DOWNLOAD_TIMEOUT_MS,
    ...(folder === undefined ? {} : { folder }),
  });
  if (code !== 0) throw failure(reasonIn(output));
}

function fileBelow(folder: string, name: string): string {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((file) =>
    file.endsWith(name),
  );
  if (found === undefined) throw new Error(`Maven gave no ${name}`);
  return join(folder, found);
}
