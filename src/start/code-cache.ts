// What V8 compiled for a command, kept in the user's cache folder for the next time. V8 itself refuses what another version of it, or of
// the source, has left there. Losing all of it costs time only, so that no failure here is one of the program.

import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Script } from 'node:vm';
import { replaceFile } from '#lib/atomic-file.ts';
import { cacheFolder } from './cache-folder.ts';

const maxAgeMs = 30 * 24 * 60 * 60 * 1000;

export class CodeCache {
  readonly #location: ReturnType<typeof cacheFolder>;
  readonly #prefix: string;
  readonly #toKeep = new Map<string, Script>();

  /** One for each command: each compiles other functions. */
  constructor(command: string, environment: NodeJS.ProcessEnv) {
    this.#location = cacheFolder(environment);
    this.#prefix = `${process.version}-${process.arch}-${command}-`;
  }

  read(chunk: string): Buffer | undefined {
    if (this.#location === null) return undefined;
    let file: number | null = null;
    try {
      file = openSync(join(this.#folder(this.#location), this.#prefix + chunk), 'r');
      return isOurs(file) ? readFileSync(file) : undefined;
    } catch {
      return undefined;
    } finally {
      if (file !== null) closeSync(file);
    }
  }

  /** At the end of a run that went well: then the script has what the command needs. */
  keep(chunk: string, script: Script): void {
    if (this.#location === null) return;
    if (this.#toKeep.size === 0) process.once('exit', (code) => code === 0 && this.#write());
    this.#toKeep.set(chunk, script);
  }

  #write(): void {
    if (this.#location === null) return;
    try {
      const folder = this.#makeFolder(this.#location);
      // V8 trusts what it is given: a file that is half written must never be found.
      for (const [chunk, script] of this.#toKeep)
        replaceFile(join(folder, this.#prefix + chunk), script.createCachedData(), { mode: 0o600 });
      removeOld(folder);
    } catch {
      // A full disk or a folder of somebody else's: the next run compiles again.
    }
  }

  #folder({ base, below }: Location): string {
    return join(base, ...below, 'compiled');
  }

  /** Step by step: node's recursive one does not come back from folders below /proc. */
  #makeFolder({ base, below }: Location): string {
    let folder = base;
    for (const name of [...below, 'compiled']) {
      folder = join(folder, name);
      try {
        mkdirSync(folder, { mode: 0o700 });
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
      }
    }
    return folder;
  }
}

type Location = NonNullable<ReturnType<typeof cacheFolder>>;

/** V8 runs what it finds: it must be written by nobody else. */
function isOurs(file: number): boolean {
  const { uid, mode } = fstatSync(file);
  return uid === process.getuid?.() && (mode & 0o022) === 0;
}

/** Of versions that are gone; what is still in use is made again. */
function removeOld(folder: string): void {
  const limit = Date.now() - maxAgeMs;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).mtimeMs < limit) rmSync(path);
  }
}
