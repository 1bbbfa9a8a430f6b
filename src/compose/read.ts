// The only look at the disk, besides load.ts. Everything is read synchronously: a load is short, and nothing runs beside it.

import { MusterError } from '#lib/errors.ts';
import { isUtf8 } from 'node:buffer';
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

/**
 * UTF-8, or UTF-16 with its mark, as PowerShell writes it. What is neither becomes a lone surrogate, which no text has: a parser that
 * minds can say where it is.
 */
function readText(file: string | number): string {
  const bytes = readFileSync(file);
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  return isUtf8(bytes) ? text : text.replaceAll('\uFFFD', '\uDCFF');
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
