import { planRemove } from '#plan/remove.ts';
import { findApplication } from '../application.ts';
import { confirm } from '../confirm.ts';
import type { Invocation } from '../command.ts';
import { submit } from '../submit.ts';
import type { rmFlags } from './rm.ts';

export async function run({ app, flags, args }: Invocation<typeof rmFlags>): Promise<number> {
  const options = { services: args, stop: flags.stop, volumes: flags.volumes };
  return submit(app, {
    verb: 'rm',
    application: await findApplication(app),
    plan: (input) => planRemove({ ...input, options }),
    approve: async (plan) => {
      const names = plan.steps.flatMap(({ kind, subject }) =>
        kind === 'remove-replica' && subject.type === 'replica' ? [subject.name] : [],
      );
      if (names.length === 0 || flags.force) return true;
      return confirm(app, `Remove ${names.join(', ')}?`, 'rm -f removes without asking');
    },
  });
}
