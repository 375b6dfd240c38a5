import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';

const Versions = z.record(z.string(), z.string());
const Manifest = z.object({
  scripts: Versions,
  engines: z.object({ node: z.string() }),
  dependencies: Versions,
  devDependencies: Versions,
  optionalDependencies: Versions,
});
const Lock = z.object({
  lockfileVersion: z.number(),
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      resolved: z.string().optional(),
      integrity: z.string().optional(),
      inBundle: z.boolean().optional(),
      hasInstallScript: z.boolean().optional(),
    }),
  ),
});

export type Manifest = z.infer<typeof Manifest>;
export type Lock = z.infer<typeof Lock>;

export const ROOT = resolve(import.meta.dirname, '../..');

export function readManifest(): Manifest {
  return Manifest.parse(JSON.parse(readFileSync(resolve(ROOT, 'package.json'), 'utf8')));
}

export function readLock(): Lock {
  return Lock.parse(JSON.parse(readFileSync(resolve(ROOT, 'package-lock.json'), 'utf8')));
}
