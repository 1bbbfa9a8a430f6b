import { planStop } from '#plan/stop.ts';
import { findApplication } from '../application.ts';
import type { Invocation } from '../command.ts';
import { submit } from '../submit.ts';
import type { stopFlags } from './stop.ts';

export async function run({ app, flags, args }: Invocation<typeof stopFlags>): Promise<number> {
  const options = { services: args, timeoutSeconds: flags.timeout ?? undefined };
  return submit(app, {
    verb: 'stop',
    application: await findApplication(app),
    plan: (input) => planStop({ ...input, options }),
  });
}
