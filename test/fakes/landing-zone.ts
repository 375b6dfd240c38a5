import type { InputFile } from '../../lambdas/ports/input-file.ts';
import type { DroppedFile, LandingZone } from '../../lambdas/ports/landing-zone.ts';

/** Dropped files in memory, and which of their versions are marked. */
export class MemoryLandingZone implements LandingZone {
  readonly files = new Map<string, Uint8Array>();
  readonly marked: string[] = [];

  drop(key: string, content: string | Uint8Array, versionId = 'v1'): DroppedFile {
    this.files.set(`${key}@${versionId}`, typeof content === 'string' ? Buffer.from(content) : content);
    return { key, versionId };
  }

  open({ key, versionId }: DroppedFile): InputFile {
    return { name: key.slice(key.lastIndexOf('/') + 1), open: () => this.#read(`${key}@${versionId}`) };
  }

  async markTaken({ key, versionId }: DroppedFile): Promise<void> {
    this.marked.push(`${key}@${versionId}`);
  }

  async *#read(name: string): AsyncGenerator<Uint8Array> {
    const content = this.files.get(name);
    if (content === undefined) throw new Error(`no file ${name}`);
    yield content;
  }
}
