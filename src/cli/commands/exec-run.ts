import { findScope } from '../application.ts';
import type { Invocation } from '../command.ts';
import { withRuntime } from '../connect.ts';
import { joinSession } from '../join-session.ts';
import { replicasOf } from '../known-services.ts';
import { pickRunning } from '../pick-replica.ts';
import { environmentOf, wantsTerminal } from '../session-flags.ts';
import type { execFlags } from './exec.ts';

export async function run({ app, flags, args }: Invocation<typeof execFlags>): Promise<number> {
  const [service = '', ...command] = args;
  const environment = environmentOf(app, flags.env);
  const hasTerminal = wantsTerminal(flags);
  const scope = await findScope(app);
  const { project } = scope;
  return withRuntime(app, scope, async (runtime) => {
    const observed = await runtime.observe({ project, only: 'replicas', signal: app.interrupts.signal });
    await replicasOf(app, observed, [service]);
    const replica = pickRunning(observed, { service, index: flags.index, inFile: [service] });
    const session = await runtime.exec(replica, {
      command,
      environment,
      tty: hasTerminal,
      interactive: flags.interactive && !flags.detach,
      detach: flags.detach,
      user: flags.user,
      workingDir: flags.workdir,
      privileged: flags.privileged,
      signal: app.interrupts.signal,
    });
    if (flags.detach) return 0;
    return joinSession(session, { hasTerminal, isInteractive: flags.interactive, interrupts: app.interrupts });
  });
}
