// From the flags that `up` and `create` share to what the planner is asked for.

import { MusterError } from '#lib/errors.ts';
import type { StepKind } from '#model/plan.ts';
import type { Project } from '#model/project.ts';
import type { ImageOptions, PullPolicyFlag, UpOptions } from '#plan/options.ts';
import type { App } from './app.ts';
import type { createFlags } from './commands/shared-flags.ts';
import type { FlagValues } from './flag-types.ts';
import { isTrue } from './globals.ts';
import { readScale } from './scale-flag.ts';

type CreateFlags = FlagValues<typeof createFlags>;

export function checkCreateFlags(flags: CreateFlags): void {
  refuseBoth(flags, 'force-recreate', 'no-recreate');
  refuseBoth(flags, 'build', 'no-build');
}

/** What .env says of names and orphans counts as if the process environment said it. */
export function createOptions(app: App, flags: CreateFlags, services: readonly string[], project: Project): UpOptions {
  return {
    services,
    recreate: flags['force-recreate'] ? 'force' : flags['no-recreate'] ? 'never' : 'diverged',
    removeOrphans: flags['remove-orphans'],
    ignoreOrphans: isTrue(project.environment['COMPOSE_IGNORE_ORPHANS']),
    scale: readScale(flags.scale, '--scale'),
    separator: nameSeparator(app, project),
  };
}

/** What stands between the parts of a name. */
export function nameSeparator(app: App, project: Project): '-' | '_' {
  return app.globals.compatibility || isTrue(project.environment['COMPOSE_COMPATIBILITY']) ? '_' : '-';
}

export function imageOptions(flags: CreateFlags, up: UpOptions): ImageOptions {
  return {
    services: up.services,
    noDeps: up.noDeps,
    scale: up.scale,
    // The flag's choices are exactly the policies.
    pull: flags.pull === '' ? undefined : (flags.pull as PullPolicyFlag),
    build: flags.build,
    noBuild: flags['no-build'],
    now: Math.floor(Date.now() / 1000),
  };
}

/** Kinds of steps to be silent about. */
export function quietKinds(flags: { readonly 'quiet-pull': boolean; readonly 'quiet-build'?: boolean }): StepKind[] {
  return [
    ...(flags['quiet-pull'] ? (['pull-image'] as const) : []),
    ...(flags['quiet-build'] === true ? (['build-image'] as const) : []),
  ];
}

function refuseBoth(flags: CreateFlags, one: 'force-recreate' | 'build', other: 'no-recreate' | 'no-build'): void {
  if (flags[one] && flags[other])
    throw new MusterError('BAD_FLAG', `--${one} and --${other} exclude each other`, { hint: 'give one of them' });
}
