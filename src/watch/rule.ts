// One entry of develop.watch: which paths it is about, and where in a replica they belong.

import { posix } from 'node:path';
import { type IgnoreRules, parseIgnoreRules } from '#image/ignore-rules.ts';
import type { WatchTrigger } from '#model/project.ts';

export type WatchRule = WatchTrigger & {
  readonly service: string;
  /** The entry is about this path: it is the entry's own or below it, included, and not ignored. */
  covers(path: string): boolean;
  /** False: nothing at or below this folder is covered, so that it need not be looked at. */
  mayHold(folder: string): boolean;
};

/** Patterns and the folder that they are relative to. */
export type RootedRules = { readonly root: string; readonly rules: IgnoreRules };

export type RuleInput = {
  readonly service: string;
  readonly trigger: WatchTrigger;
  /** What .dockerignore of the build context says. */
  readonly context: RootedRules | null;
};

/** Drafts, locks and backups of editors, and what Git keeps: as Docker Compose leaves them alone. */
const neverWatched = parseIgnoreRules(
  [
    '**/.git',
    '**/*___jb_old___',
    '**/*___jb_tmp___',
    '**/.idea/**',
    '**/.#*',
    '**/4913',
    '**/*~',
    '**/.*.swp',
    '**/.*.swx',
    '**/.*.swo',
    '**/.*.swn',
  ].join('\n'),
);

export function watchRule({ service, trigger, context }: RuleInput): WatchRule {
  const root = trigger.path;
  const ignoring: readonly RootedRules[] = [
    { root, rules: neverWatched },
    { root, rules: parseIgnoreRules((trigger.ignore ?? []).join('\n')) },
    ...(context === null ? [] : [context]),
  ];
  const included = trigger.include === undefined || trigger.include.length === 0 ? null : parsePatterns(trigger.include);
  const isIgnored = (path: string): boolean =>
    ignoring.some((one) => judges(one, path) && one.rules.isIgnored(below(one.root, path)));
  return {
    ...trigger,
    service,
    covers(path) {
      if (!isAtOrBelow(root, path) || isIgnored(path)) return false;
      // What the path itself names is a file, or the folder as a whole.
      return included === null || path === root || included.isIgnored(below(root, path));
    },
    mayHold(folder) {
      if (isAtOrBelow(folder, root)) return true;
      if (!isAtOrBelow(root, folder)) return false;
      return !ignoring.some(
        (one) =>
          judges(one, folder) && one.rules.isIgnored(below(one.root, folder)) && !one.rules.mayReinclude(below(one.root, folder)),
      );
    },
  };
}

/** Where in a replica a covered path belongs: absolute, and never above the target. */
export function targetOf({ path: root, target = '/' }: Pick<WatchTrigger, 'path' | 'target'>, path: string): string {
  return posix.join('/', target, below(root, path));
}

export function isAtOrBelow(root: string, path: string): boolean {
  return path === root || path.startsWith(root === '/' ? '/' : `${root}/`);
}

const parsePatterns = (patterns: readonly string[]): IgnoreRules => parseIgnoreRules(patterns.join('\n'));

const judges = ({ root }: RootedRules, path: string): boolean => path !== root && isAtOrBelow(root, path);

const below = (root: string, path: string): string => (path === root ? '' : path.slice(root === '/' ? 1 : root.length + 1));
