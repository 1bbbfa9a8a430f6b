// From what has changed to what is to be done: all of one quiet moment together, so that a service is rebuilt or restarted once.

import type { Hook } from '#model/project.ts';
import { type WatchRule, targetOf } from './rule.ts';

export type FileChange = { readonly path: string; readonly isGone: boolean };

export type FileSync = {
  readonly path: string;
  /** In the replica. */
  readonly target: string;
  readonly isGone: boolean;
};

export type Reaction = {
  readonly rebuild: readonly string[];
  readonly sync: ReadonlyMap<string, readonly FileSync[]>;
  readonly restart: readonly string[];
  readonly exec: readonly { readonly service: string; readonly hook: Hook }[];
};

export function decide(changes: readonly FileChange[], rules: readonly WatchRule[]): Reaction {
  const rebuild = new Set<string>();
  const restart = new Set<string>();
  const exec: Reaction['exec'][number][] = [];
  const sync = new Map<string, Map<string, FileSync>>();
  for (const rule of rules) {
    const { service, action } = rule;
    const covered = changes.filter(({ path }) => rule.covers(path));
    if (covered.length === 0) continue;
    if (action === 'rebuild') rebuild.add(service);
    if (action === 'restart' || action === 'sync+restart') restart.add(service);
    if (action === 'sync+exec') exec.push({ service, hook: rule.exec ?? {} });
    if (action.startsWith('sync')) {
      const files = sync.get(service) ?? new Map<string, FileSync>();
      sync.set(service, files);
      for (const { path, isGone } of covered) {
        const target = targetOf(rule, path);
        // Several entries may fill one place: what is there wins over what is gone.
        if (!isGone || files.get(target)?.isGone !== false) files.set(target, { path, target, isGone });
      }
    }
  }
  return {
    rebuild: [...rebuild].sort(),
    sync: new Map([...sync].map(([service, files]) => [service, [...files.values()]])),
    restart: [...restart].sort(),
    exec,
  };
}
