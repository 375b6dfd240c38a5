import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CannotRunError } from './emulator.ts';
import { outputOf } from './program-output.ts';

const JDK_FOLDERS = ['/usr/lib/jvm', '/Library/Java/JavaVirtualMachines', '/opt/java'];

export interface Java {
  readonly program: string;
  /** As JAVA_HOME has it; null when it was found on the path. */
  readonly home: string | null;
}

/** The first Java that is new enough: of JAVA_HOME, of the folders where JDKs are installed, of the path. */
export async function findJava(
  oldestMajor: number,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Java> {
  const homes = [environment.JAVA_HOME, ...JDK_FOLDERS.flatMap(installedIn)].filter(
    (home) => home !== undefined,
  );
  const candidates: readonly Java[] = [
    ...homes.map((home) => ({ program: join(home, 'bin', 'java'), home })),
    { program: 'java', home: null },
  ];
  for (const java of candidates) {
    const major = majorOf((await outputOf(java.program, ['-version'])) ?? '');
    if (major >= oldestMajor) return java;
  }
  throw new CannotRunError(`no Java ${oldestMajor} or newer in JAVA_HOME, ${JDK_FOLDERS[0]} or the path`);
}

/** `openjdk version "17.0.15" 2025-04-15` gives 17, `java version "1.8.0_402"` gives 1; 0 when it says nothing. */
export function majorOf(versionText: string): number {
  return Number(/version "(\d+)/.exec(versionText)?.[1] ?? 0);
}

function installedIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .sort()
      .flatMap((name) => [join(folder, name), join(folder, name, 'Contents', 'Home')]);
  } catch {
    return [];
  }
}
