// Limits of memory, processors and processes by the kernel's control groups, version 1 or 2, where this user may make one.
// https://docs.kernel.org/admin-guide/cgroup-v2.html, https://docs.kernel.org/admin-guide/cgroup-v1/

import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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
  if (isUnified()) return [join(unifiedParent(), `muster-${id}`)];
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

function makeUnified(id: string, wanted: readonly Wanted[]): MadeGroup {
  const made = { join: [] as string[], folders: [] as string[], warnings: [] as string[] };
  const parent = unifiedParent();
  const folder = join(parent, `muster-${id}`);
  for (const { controller, text, unified } of wanted) {
    try {
      mkdirSync(folder, { recursive: true });
      made.folders = [folder];
      passOn(controller, parent);
      for (const [file, value] of unified) writeFileSync(join(folder, file), value);
      made.join = [join(folder, 'cgroup.procs')];
    } catch (error) {
      made.warnings.push(notLimited(text, error));
    }
  }
  if (made.join.length > 0) return made;
  removeGroup(made.folders);
  return { ...made, folders: [] };
}

/**
 * Root has a place of its own. For others it is beside the agent's group, if that part of the tree was given to them (systemd: `Delegate=`): below a group
 * that has processes there can be no limits.
 */
const unifiedParent = (): string => (process.getuid?.() === 0 ? join(root, 'muster') : join(root, dirname(ownPath(''))));

/** What the groups below `parent` can be limited by is what it, and its own parent, pass on. */
function passOn(controller: Controller, parent: string): void {
  const has = (file: string): boolean => readFileSync(join(parent, file), 'utf8').split(/\s/).includes(controller);
  if (!has('cgroup.controllers')) writeFileSync(join(dirname(parent), 'cgroup.subtree_control'), `+${controller}`);
  if (!has('cgroup.subtree_control')) writeFileSync(join(parent, 'cgroup.subtree_control'), `+${controller}`);
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
