import { planPull } from '#plan/images.ts';
import { loadApplication } from '../application.ts';
import type { Invocation } from '../command.ts';
import { submit } from '../submit.ts';
import type { pullFlags } from './pull.ts';

export async function run({ app, flags, args }: Invocation<typeof pullFlags>): Promise<number> {
  const options = {
    services: args,
    includeDeps: flags['include-deps'],
    ignoreBuildable: flags['ignore-buildable'],
    ignorePullFailures: flags['ignore-pull-failures'],
    policy: flags.policy === 'missing' || flags.policy === 'always' ? flags.policy : undefined,
  } as const;
  const project = await loadApplication(app, args);
  return submit(app, {
    verb: 'pull',
    application: { name: project.name, project },
    isQuiet: flags.quiet,
    plan: (input) => planPull({ ...input, options }),
  });
}
