import { MusterError } from '#lib/errors.ts';
import type { ObservedReplica } from '#model/observed.ts';
import type { FlagValues } from '../flag-types.ts';
import type { Invocation } from '../command.ts';
import { findApplication, findScope } from '../application.ts';
import { withRuntime } from '../connect.ts';
import { replicasOf, servicesOf } from '../known-services.ts';
import { renderPs } from '../render/ps.ts';
import { replicaRow } from '../render/replica-row.ts';
import type { psFlags } from './ps.ts';

export async function run({ app, flags, args }: Invocation<typeof psFlags>): Promise<void> {
  const wanted = statesWanted(flags);
  const scope = await findScope(app);
  const { project } = scope;
  const replicas = await withRuntime(app, scope, async (runtime) => {
    const observed = await runtime.observe({ project, only: 'replicas', signal: app.interrupts.signal });
    return replicasOf(app, observed, args);
  });
  const inFile = flags.orphans ? null : servicesOf((await findApplication(app)).project);
  const shown = replicas.filter((replica) => wanted(replica) && (inFile === null || inFile.includes(replica.service)));
  app.terminal.stdout.write(render(shown, project, flags));
}

function render(replicas: readonly ObservedReplica[], project: string, flags: FlagValues<typeof psFlags>): string {
  if (flags.quiet) return replicas.map((replica) => `${replica.id}\n`).join('');
  if (flags.services) return [...new Set(replicas.map((replica) => replica.service))].map((service) => `${service}\n`).join('');
  const now = Date.now() / 1000;
  return renderPs(
    replicas.map((replica) => replicaRow(replica, { project, now, truncate: !flags['no-trunc'] })),
    flags.format,
  );
}

const states = ['created', 'running', 'restarting', 'paused', 'removing', 'exited', 'dead', 'unknown'];

/** Without flags: what runs, and nothing that `run` made. */
function statesWanted(flags: FlagValues<typeof psFlags>): (replica: ObservedReplica) => boolean {
  const wanted = [...flags.status, ...filterStatus(flags.filter)];
  for (const state of wanted)
    if (!states.includes(state))
      throw new MusterError('BAD_FLAG', `"${state}" is not a state of a container`, { hint: `states are: ${states.join(', ')}` });
  if (wanted.length > 0) return (replica) => wanted.includes(replica.state);
  if (flags.all) return () => true;
  return (replica) => !replica.oneOff && !['created', 'exited', 'dead', 'removing'].includes(replica.state);
}

function filterStatus(filter: string): readonly string[] {
  if (filter === '') return [];
  const [key, value] = filter.split('=');
  if (key !== 'status' && key !== 'source')
    throw new MusterError('BAD_FLAG', `ps does not filter by "${key}"`, { hint: 'it filters by status: --filter status=exited' });
  return key === 'status' && value !== undefined ? [value] : [];
}
