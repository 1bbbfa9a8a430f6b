import type { ObservedReplica } from '#model/observed.ts';
import type { ReplicaProcess } from '#runtime/runtime.ts';
import { findScope } from '../application.ts';
import type { Invocation } from '../command.ts';
import { withRuntime } from '../connect.ts';
import { replicasOf } from '../known-services.ts';
import { renderTable } from '../render/table.ts';
import type { topFlags } from './top.ts';

export async function run({ app, args }: Invocation<typeof topFlags>): Promise<void> {
  const scope = await findScope(app);
  const { signal } = app.interrupts;
  const text = await withRuntime(app, scope, async (runtime) => {
    const observed = await runtime.observe({ project: scope.project, only: 'replicas', signal });
    const replicas = await replicasOf(app, observed, args);
    return table(replicas, await runtime.processes(replicas, { signal }));
  });
  app.terminal.stdout.write(text);
}

function table(replicas: readonly ObservedReplica[], processes: readonly ReplicaProcess[]): string {
  if (processes.length === 0) return '';
  // An engine elsewhere may have a ps of its own.
  const titles = [...new Set(processes.flatMap(({ columns }) => Object.keys(columns)))];
  const byReplica = Map.groupBy(processes, ({ replicaId }) => replicaId);
  const rows = replicas.flatMap(({ id, service, number }) =>
    (byReplica.get(id) ?? []).map(({ columns }) => [
      service,
      number === 0 ? '' : String(number),
      ...titles.map((title) => columns[title] ?? '-'),
    ]),
  );
  return renderTable(['SERVICE', '#', ...titles], rows, { minWidth: 4, gap: 2 });
}
