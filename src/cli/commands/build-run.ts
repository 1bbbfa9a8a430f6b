import type { Project, Service } from '#model/project.ts';
import { planBuild } from '#plan/images.ts';
import { loadApplication } from '../application.ts';
import type { Invocation } from '../command.ts';
import type { Pair } from '../flag-types.ts';
import { submit } from '../submit.ts';
import type { buildFlags } from './build.ts';

export async function run({ app, flags, args }: Invocation<typeof buildFlags>): Promise<number> {
  const options = {
    services: args,
    withDependencies: flags['with-dependencies'],
    noCache: flags['no-cache'],
    pull: flags.pull,
  };
  const project = withBuildArguments(await loadApplication(app, args), flags['build-arg'], app.environment);
  return submit(app, {
    verb: 'build',
    application: { name: project.name, project },
    isQuiet: flags.quiet,
    plan: (input) => planBuild({ ...input, options }),
  });
}

/** `--build-arg` wins over the file; one without a value has the value that it has here. */
function withBuildArguments(
  project: Project,
  pairs: readonly Pair[],
  environment: Readonly<Record<string, string | undefined>>,
): Project {
  if (pairs.length === 0) return project;
  const added = Object.fromEntries(pairs.map(([key, value]) => [key, value ?? environment[key] ?? null]));
  const withArguments = (service: Service): Service =>
    service.build === undefined
      ? service
      : { ...service, build: { ...service.build, args: { ...service.build.args, ...added } } };
  return {
    ...project,
    services: Object.fromEntries(Object.entries(project.services).map(([name, service]) => [name, withArguments(service)])),
  };
}
