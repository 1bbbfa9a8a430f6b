import type { Project } from '#model/project.ts';
import { dependenciesOf } from '#plan/dependencies.ts';
import type { Invocation } from './command.ts';
import type { upFlags } from './commands/up.ts';

/** --attach and --no-attach, else the named services, else all but those with `attach: false`. */
export function servicesToPrint({ flags, args }: Invocation<typeof upFlags>, project: Project): ReadonlySet<string> {
  const all = Object.keys(project.services);
  let chosen = flags.attach.length > 0 ? [...flags.attach] : args.length > 0 ? [...args] : all;
  if (flags['attach-dependencies']) chosen = withDependencies(project, chosen);
  const wanted = chosen.filter((name) => !flags['no-attach'].includes(name));
  return new Set(flags.attach.length > 0 ? wanted : wanted.filter((name) => project.services[name]?.attach !== false));
}

function withDependencies(project: Project, services: readonly string[]): string[] {
  const all = new Set(services);
  // A set may grow while it is walked: the walk reaches what is added.
  for (const name of all) {
    const service = project.services[name];
    if (service !== undefined) for (const dependency of Object.keys(dependenciesOf(service))) all.add(dependency);
  }
  return [...all];
}
