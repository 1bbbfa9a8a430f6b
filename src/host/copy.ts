// Copying between this machine and a host: bytes that come from somewhere, counted and hashed on the way to where they go.

import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';
import type { Readable } from 'node:stream';
import { MusterError } from '#lib/errors.ts';
import type { CopyResult } from './host.ts';

export type CopySource = {
  /** A tree comes as a tar stream. */
  readonly kind: 'file' | 'tree';
  readonly mode: number;
  readonly bytes: Readable;
  /** Called once `bytes` has been read to its end: rejects when that was not all. */
  complete(): Promise<void>;
};

/** A stream that bytes go through unchanged; `result` counts what has come so far. */
export function meter(): { readonly through: Transform; readonly result: () => CopyResult } {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const through = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      done(null, chunk);
    },
  });
  return { through, result: () => ({ sha256: hash.copy().digest('hex'), sizeBytes }) };
}

export function copyFailed(what: string, said: string, cause?: unknown): MusterError {
  return new MusterError('COPY_FAILED', `could not copy ${what}: ${said.trim() || 'it gave no reason'}`, {
    hint: 'nothing was put in place; when the reason is gone, copy again',
    cause,
  });
}

/** The same folder, a name that nobody else uses: what is complete there is renamed into place. */
export function folderOf(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  const slash = trimmed.lastIndexOf('/');
  return slash === -1 ? '.' : trimmed.slice(0, slash) || '/';
}
