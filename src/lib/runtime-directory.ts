// Where what must not survive a reboot lives: on tmpfs where the machine has one. XDG Base Directory Specification, section 3.

import { isAbsolute, join } from 'node:path';

/** The path of a socket ends at 107 bytes: unix(7). What is left of it for the names of ours, the longest being `/agent-0123456789ab.sock`. */
const longest = 107 - 24;

/**
 * `$XDG_RUNTIME_DIR/muster` unless that is too long for sockets, else `/run/muster` for root, else a folder in /dev/shm that only this user
 * may own.
 */
export function runtimeDirectory(environment: Readonly<Record<string, string | undefined>>, uid: number | undefined): string {
  const { XDG_RUNTIME_DIR: runtime } = environment;
  if (runtime !== undefined && isAbsolute(runtime)) {
    const directory = join(runtime, 'muster');
    if (Buffer.byteLength(directory) <= longest) return directory;
  }
  return uid === 0 ? '/run/muster' : `/dev/shm/muster-${uid ?? 'user'}`;
}
