// What runs, where and as whom. `x-muster.process` says how a service runs natively; where it is there, the container's own command, folder
// and user say nothing, because they name what is in the image.

import { MusterError } from '#lib/errors.ts';
import { musterOf } from '#model/muster-extension.ts';
import type { Service } from '#model/project.ts';

/** What of the command and folder the file says; null where it says nothing. */
export type NativeCommand = {
  readonly argv: readonly string[] | null;
  readonly workingDir: string | null;
  /** '' for the agent's own. */
  readonly user: string;
};

export function nativeCommand(service: Service): NativeCommand {
  const { process } = musterOf(service);
  if (process !== undefined)
    return {
      argv: words(process.command ?? null),
      workingDir: process.working_dir ?? null,
      user: process.user ?? '',
    };
  return {
    argv: words([...(service.entrypoint ?? []), ...(service.command ?? [])]),
    workingDir: service.working_dir ?? null,
    user: service.user ?? '',
  };
}

/** What it can do without, as its author says, is left out. */
export function nativeGroups(service: Service): readonly string[] {
  return musterOf(service).process?.ignore?.includes('group_add') === true ? [] : (service.group_add ?? []);
}

const words = (argv: readonly string[] | null): readonly string[] | null => (argv === null || argv.length === 0 ? null : argv);

/** `$${MUSTER_PORT_80}` of the file is `${MUSTER_PORT_80}` here: programs that read no environment get such values in their arguments. */
export function expand(text: string, variables: Readonly<Record<string, string>>, service: string): string {
  return text.replaceAll(/\$\{(MUSTER_[A-Z0-9_]+)\}/g, (_whole, name: string) => {
    const value = variables[name];
    if (value !== undefined) return value;
    throw new MusterError('COMPOSE_REFERENCE', `service ${service} uses \${${name}}, which it does not have`, {
      hint: `it has: ${Object.keys(variables).sort().join(', ')}`,
    });
  });
}
