import { planStart } from '#plan/start.ts';
import { findApplication } from '../application.ts';
import type { Invocation } from '../command.ts';
import { submit } from '../submit.ts';
import type { startFlags } from './start.ts';

export async function run({ app, flags, args }: Invocation<typeof startFlags>): Promise<number> {
  const options = { services: args, wait: flags.wait, waitTimeoutSeconds: flags['wait-timeout'] ?? undefined };
  return submit(app, {
    verb: 'start',
    application: await findApplication(app),
    plan: (input) => planStart({ ...input, options }),
  });
}
