// What a replica's log asks for while the service runs: room on the disk, and an end of what is old.

import type { LaunchSpec } from '#api/agent/contract.ts';
import type { ReplicaFolder } from '../replica-folder.ts';
import { hasRoom, resumeLog } from '../resume-log.ts';
import type { Setting } from '../setting.ts';
import type { ReplicaLog } from './log.ts';
import { defaultKept, isOutgrown, rotate } from './rotate.ts';

export class LogCare {
  readonly #folder: ReplicaFolder;
  readonly #kept: NonNullable<LaunchSpec['log']>;
  readonly #setting: Setting;
  readonly #unlogged = new Set<'stdout' | 'stderr'>();
  #isRotating = false;

  constructor(folder: ReplicaFolder, spec: LaunchSpec, setting: Setting) {
    this.#folder = folder;
    this.#kept = spec.log ?? defaultKept;
    this.#setting = setting;
  }

  /** Its disk is full, or gone: the service goes on, its output is lost until there is room again. */
  lost(stream: 'stdout' | 'stderr'): void {
    this.#unlogged.add(stream);
  }

  /** Whether what was lost is logged again from now on. */
  resume(shimPid: number | null): boolean {
    if (this.#unlogged.size === 0 || shimPid === null || !hasRoom(this.#folder.path)) return false;
    const { notices, warn } = this.#setting;
    for (const stream of this.#unlogged)
      resumeLog({ folder: this.#folder, stream, shimPid, notices }).catch((cause: unknown) =>
        warn(`${stream} is still lost`, cause),
      );
    this.#unlogged.clear();
    return true;
  }

  grew(log: ReplicaLog, name: string): void {
    if (this.#isRotating || !isOutgrown(log, this.#kept)) return;
    this.#isRotating = true;
    rotate(log, this.#kept)
      .catch((cause: unknown) => this.#setting.warn(`old lines of ${name} can't be given back to the disk`, cause))
      .finally(() => {
        this.#isRotating = false;
      });
  }
}
