import type { Project } from '#model/project.ts';
import { planImages } from '#plan/images.ts';
import { planAddresses, planUp } from '#plan/up.ts';
import { loadApplication } from '../application.ts';
import type { Invocation } from '../command.ts';
import { nameSeparator } from '../create-options.ts';
import { interruptedExitCode } from '../interrupts.ts';
import { submit } from '../submit.ts';
import { watchFiles } from '../watch/watch-files.ts';
import { watchRules } from '../watch/watch-rules.ts';
import type { watchFlags } from './watch.ts';

type WatchInvocation = Invocation<typeof watchFlags>;

/** Ends with Ctrl-C only. */
export async function run(invocation: WatchInvocation): Promise<number> {
  const { app, flags, args } = invocation;
  const project = await loadApplication(app, args);
  const rules = await watchRules(project, args);
  if (!flags['no-up']) {
    const exitCode = await bringUp(invocation, project);
    if (exitCode !== 0) return exitCode;
  }
  // What will change nobody knows beforehand.
  if (app.globals.dryRun) return 0;
  await watchFiles({
    app,
    project,
    rules,
    up: { separator: nameSeparator(app, project) },
    isPruning: flags.prune,
    isQuiet: flags.quiet,
    say: (text) => app.terminal.stdout.write(`${text}\n`),
    signal: app.interrupts.signal,
  });
  return interruptedExitCode;
}

/** What is watched is built in any case: nobody knows what changed while nobody watched. */
function bringUp({ app, flags, args }: WatchInvocation, project: Project): Promise<number> {
  const options = { services: args, separator: nameSeparator(app, project) } as const;
  const built = withServices(project, (service) =>
    service.build !== undefined && service.develop !== undefined ? { ...service, pull_policy: 'build' } : service,
  );
  return submit(app, {
    verb: 'up',
    application: { name: project.name, project: built },
    makesReplicas: true,
    quietKinds: flags.quiet ? ['pull-image', 'build-image'] : [],
    planImages: (input) => planImages({ ...input, options: { ...options, now: Math.floor(Date.now() / 1000) } }),
    plan: (input) => planUp({ ...input, options }),
    settle: (input) => planAddresses({ ...input, options }),
  });
}

function withServices(project: Project, change: (service: Project['services'][string]) => Project['services'][string]): Project {
  const changed = (services: Project['services']): Project['services'] =>
    Object.fromEntries(Object.entries(services).map(([name, service]) => [name, change(service)]));
  return { ...project, services: changed(project.services), disabledServices: changed(project.disabledServices) };
}
