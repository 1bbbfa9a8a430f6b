// The only look at the disk, besides load.ts. Everything is read synchronously: a load is short, and nothing runs beside it.

import { MusterError } from '#lib/errors.ts';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import type { Reader } from './reader.ts';

/** Reads from the disk; `-` is stdin. */
export const diskReader: Reader = {
  read(path) {
    try {
      return path === '-' ? readStdin() : readText(path);
    } catch (cause) {
      throw readError(path, cause);
    }
  },
  kind(path) {
    if (path === '-') return 'file';
    try {
      return statSync(path).isDirectory() ? 'directory' : 'file';
    } catch {
      return 'missing';
    }
  },
  realPath(path) {
    try {
      return realpathSync(path);
    } catch {
      return path;
    }
  },
};

let stdin: string | undefined;

/** It can be read once, and a file may be loaded several times. */
function readStdin(): string {
  return (stdin ??= readText(0));
}

function readText(file: string | number): string {
  return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
}

function readError(path: string, cause: unknown): MusterError {
  const code = (cause as { code?: string }).code;
  const place = { file: path };
  if (code === 'ENOENT')
    return new MusterError('FILE_NOT_FOUND', `${path}: no such file`, { hint: 'check the path', place, cause });
  if (code === 'EISDIR')
    return new MusterError('FILE_UNREADABLE', `${path} is a directory`, { hint: 'name the file in it', place, cause });
  if (code === 'EACCES')
    return new MusterError('FILE_UNREADABLE', `${path}: permission denied`, { hint: 'let this user read it', place, cause });
  return new MusterError('FILE_UNREADABLE', `${path} can't be read`, { place, cause });
}
