// Where what must not survive a reboot lives: on tmpfs where the machine has one. XDG Base Directory Specification, section 3.

import { isAbsolute, join } from 'node:path';

/** `$XDG_RUNTIME_DIR/muster`, else `/run/muster` for root, else a folder in /dev/shm that only this user may own. */
export function runtimeDirectory(environment: Readonly<Record<string, string | undefined>>, uid: number | undefined): string {
  const { XDG_RUNTIME_DIR: runtime } = environment;
  if (runtime !== undefined && isAbsolute(runtime)) return join(runtime, 'muster');
  return uid === 0 ? '/run/muster' : `/dev/shm/muster-${uid ?? 'user'}`;
}
