import { planKill } from '#plan/stop.ts';
import { findApplication } from '../application.ts';
import type { Invocation } from '../command.ts';
import { isTrue } from '../globals.ts';
import { submit } from '../submit.ts';
import type { killFlags } from './kill.ts';

export async function run({ app, flags, args }: Invocation<typeof killFlags>): Promise<number> {
  const removeOrphans = flags['remove-orphans'] || isTrue(app.environment['COMPOSE_REMOVE_ORPHANS']);
  const options = { services: args, signal: flags.signal, removeOrphans };
  return submit(app, {
    verb: 'kill',
    application: await findApplication(app),
    plan: (input) => planKill({ ...input, options }),
  });
}
