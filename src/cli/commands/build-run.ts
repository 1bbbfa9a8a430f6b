import { resolve } from 'node:path';
import type { Build, Project, Service } from '#model/project.ts';
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
  const loaded = await loadApplication(app, args);
  const project = withSshKeys(withBuildArguments(loaded, flags['build-arg'], app.environment), flags.ssh);
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
  return withBuilds(project, (build) => ({ ...build, args: { ...build.args, ...added } }));
}

/** `default`, `id=/path` or several with commas between; they take the place of the file's with the same id. */
function withSshKeys(project: Project, keys: string): Project {
  if (keys === '') return project;
  const added = keys.split(',').map((key) => key.replace(/=(.*)$/, (_all, path: string) => `=${resolve(path)}`));
  const ids = new Set(added.map(idOf));
  return withBuilds(project, (build) => ({
    ...build,
    ssh: [...(build.ssh ?? []).filter((key) => !ids.has(idOf(key))), ...added],
  }));
}

const idOf = (key: string): string => key.replace(/=.*$/, '');

function withBuilds(project: Project, change: (build: Build) => Build): Project {
  const changed = ([name, service]: [string, Service]): [string, Service] => [
    name,
    service.build === undefined ? service : { ...service, build: change(service.build) },
  ];
  return { ...project, services: Object.fromEntries(Object.entries(project.services).map(changed)) };
}
