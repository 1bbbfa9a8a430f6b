import { planDown } from '#plan/down.ts';
import { findApplication } from '../application.ts';
import type { Invocation } from '../command.ts';
import { isTrue } from '../globals.ts';
import { submit } from '../submit.ts';
import type { downFlags } from './down.ts';

export async function run({ app, flags, args }: Invocation<typeof downFlags>): Promise<number> {
  return submit(app, {
    verb: 'down',
    application: await findApplication(app),
    plan: (input) =>
      planDown({
        ...input,
        options: {
          services: args,
          volumes: flags.volumes,
          removeImages: flags.rmi === 'all' || flags.rmi === 'local' ? flags.rmi : undefined,
          removeOrphans: flags['remove-orphans'] || isTrue(app.environment['COMPOSE_REMOVE_ORPHANS']),
          ignoreOrphans: isTrue(app.environment['COMPOSE_IGNORE_ORPHANS']),
          timeoutSeconds: flags.timeout ?? undefined,
        },
      }),
  });
}
