import { planRestart } from '#plan/start.ts';
import { findApplication } from '../application.ts';
import type { Invocation } from '../command.ts';
import { submit } from '../submit.ts';
import type { restartFlags } from './restart.ts';

export async function run({ app, flags, args }: Invocation<typeof restartFlags>): Promise<number> {
  const options = { services: args, noDeps: flags['no-deps'], timeoutSeconds: flags.timeout ?? undefined };
  return submit(app, {
    verb: 'restart',
    application: await findApplication(app),
    plan: (input) => planRestart({ ...input, options }),
  });
}
