import { PassThrough, type Readable } from 'node:stream';
import type { Session } from './runtime.ts';

/** Of a program that is left to itself. */
export function detachedSession(): Session {
  return {
    stdin: null,
    stdout: silentStream(),
    stderr: silentStream(),
    resize: () => Promise.resolve(),
    signal: () => Promise.resolve(),
    exit: Promise.resolve(0),
  };
}

/** Ended already; nobody need read it. */
export function silentStream(): Readable {
  const stream = new PassThrough();
  stream.end();
  stream.resume();
  return stream;
}
