// Limits of memory, processors and processes by the kernel's control groups, version 1 or 2, where this user may make one.
// https://docs.kernel.org/admin-guide/cgroup-v2.html, https://docs.kernel.org/admin-guide/cgroup-v1/

import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LaunchSpec } from '#api/agent/contract.ts';

export type Limits = NonNullable<LaunchSpec['limits']>;

/** `join`: the files that a process writes itself into; `warnings`: what could not be limited, in words. */
export type MadeGroup = {
  readonly join: readonly string[];
  readonly folders: readonly string[];
  readonly warnings: readonly string[];
};

const root = '/sys/fs/cgroup';
const periodUs = 100_000;

type Controller = 'memory' | 'cpu' | 'pids';

export function makeGroup(id: string, limits: Limits): MadeGroup {
  const wanted = wantedFiles(limits);
  if (wanted.length === 0) return { join: [], folders: [], warnings: [] };
  return isUnified() ? makeUnified(id, wanted) : makeSplit(id, wanted);
}

export function removeGroup(folders: readonly string[]): void {
  for (const folder of folders) {
    try {
      rmdirSync(folder);
    } catch {
      // EBUSY: somebody is still in it, and it costs nothing to keep.
    }
  }
}

export function foldersOf(id: string): string[] {
  if (isUnified()) return [join(root, 'muster', `muster-${id}`), join(root, ownPath(''), `muster-${id}`)];
  return (['memory', 'cpu', 'pids'] as const).map((controller) => join(root, controller, ownPath(controller), `muster-${id}`));
}

/** Whether the kernel ended something in it for want of memory. */
export function hadTooLittleMemory(id: string): boolean {
  return foldersOf(id).some((folder) =>
    ['memory.events', 'memory.oom_control'].some((file) => {
      try {
        return /^oom_kill [1-9]/m.test(readFileSync(join(folder, file), 'utf8'));
      } catch {
        return false;
      }
    }),
  );
}

export function describeCgroups(): string {
  return isUnified() ? 'v2' : 'v1';
}

type Wanted = {
  readonly controller: Controller;
  readonly text: string;
  readonly split: readonly (readonly [string, string])[];
  readonly unified: readonly (readonly [string, string])[];
};

function wantedFiles({ memoryBytes, cpus, pids }: Limits): Wanted[] {
  const wanted: Wanted[] = [];
  if (memoryBytes !== undefined && memoryBytes > 0) {
    const text = String(memoryBytes);
    wanted.push({
      controller: 'memory',
      text: 'memory',
      split: [['memory.limit_in_bytes', text]],
      unified: [['memory.max', text]],
    });
  }
  if (cpus !== undefined && cpus > 0) {
    const quota = String(Math.max(1000, Math.round(cpus * periodUs)));
    const split = [
      ['cpu.cfs_period_us', String(periodUs)],
      ['cpu.cfs_quota_us', quota],
    ] as const;
    wanted.push({ controller: 'cpu', text: 'processors', split, unified: [['cpu.max', `${quota} ${periodUs}`]] });
  }
  if (pids !== undefined && pids > 0) {
    const files = [['pids.max', String(pids)]] as const;
    wanted.push({ controller: 'pids', text: 'processes', split: files, unified: files });
  }
  return wanted;
}

function makeSplit(id: string, wanted: readonly Wanted[]): MadeGroup {
  const made = { join: [] as string[], folders: [] as string[], warnings: [] as string[] };
  for (const { controller, text, split } of wanted) {
    const folder = join(root, controller, ownPath(controller), `muster-${id}`);
    try {
      mkdirSync(folder, { recursive: true });
      for (const [file, value] of split) writeFileSync(join(folder, file), value);
      made.folders.push(folder);
      made.join.push(join(folder, 'cgroup.procs'));
    } catch (error) {
      made.warnings.push(notLimited(text, error));
    }
  }
  return made;
}

/** A group beside our own; below it would need that nobody is in ours. */
function makeUnified(id: string, wanted: readonly Wanted[]): MadeGroup {
  const parent = process.getuid?.() === 0 ? join(root, 'muster') : join(root, ownPath(''));
  const folder = join(parent, `muster-${id}`);
  try {
    mkdirSync(parent, { recursive: true });
    for (const { controller } of wanted) {
      writeFileSync(join(parent, '..', 'cgroup.subtree_control'), `+${controller}`);
      writeFileSync(join(parent, 'cgroup.subtree_control'), `+${controller}`);
    }
    mkdirSync(folder, { recursive: true });
    for (const [file, value] of wanted.flatMap(({ unified }) => unified)) writeFileSync(join(folder, file), value);
    return { join: [join(folder, 'cgroup.procs')], folders: [folder], warnings: [] };
  } catch (error) {
    removeGroup([folder]);
    return { join: [], folders: [], warnings: wanted.map(({ text }) => notLimited(text, error)) };
  }
}

function notLimited(text: string, error: unknown): string {
  return `${text} can't be limited on this machine (${(error as NodeJS.ErrnoException).code ?? String(error)})`;
}

let unified: boolean | null = null;

function isUnified(): boolean {
  unified ??= / \/sys\/fs\/cgroup cgroup2 /.test(readFileSync('/proc/self/mounts', 'utf8'));
  return unified;
}

function ownPath(controller: string): string {
  for (const line of readFileSync('/proc/self/cgroup', 'utf8').split('\n')) {
    const [, controllers, path] = line.split(':');
    if (path !== undefined && (controllers ?? '').split(',').includes(controller)) return path;
  }
  return '/';
}
