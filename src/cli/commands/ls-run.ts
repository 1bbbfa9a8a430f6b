import { MusterError } from '#lib/errors.ts';
import type { ProjectSummary } from '#runtime/runtime.ts';
import type { Invocation } from '../command.ts';
import { withRuntime } from '../connect.ts';
import { renderTable } from '../render/table.ts';
import type { lsFlags } from './ls.ts';

export async function run({ app, flags }: Invocation<typeof lsFlags>): Promise<void> {
  const texts = flags.filter.map(nameFilter);
  const all = await withRuntime(app, { project: null, file: null }, (runtime) =>
    runtime.projects({ signal: app.interrupts.signal }),
  );
  const projects = all
    .filter(({ replicas }) => flags.all || Boolean(replicas.running ?? replicas.restarting ?? replicas.paused))
    .filter(({ name }) => texts.every((text) => name.includes(text)))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, replicas, configFiles }) => ({ Name: name, Status: statusOf(replicas), ConfigFiles: configFiles.join(',') }));
  const { stdout } = app.terminal;
  if (flags.quiet) for (const { Name } of projects) stdout.write(`${Name}\n`);
  else if (flags.format === 'json') stdout.write(`${JSON.stringify(projects)}\n`);
  else {
    const rows = projects.map((project) => [project.Name, project.Status, project.ConfigFiles]);
    stdout.write(renderTable(['NAME', 'STATUS', 'CONFIG FILES'], rows, { minWidth: 20 }));
  }
}

/** `exited(1), running(2)`. */
function statusOf(replicas: ProjectSummary['replicas']): string {
  return Object.entries(replicas)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([state, count]) => `${state}(${count})`)
    .join(', ');
}

function nameFilter(filter: string): string {
  if (filter.startsWith('name=')) return filter.slice('name='.length);
  throw new MusterError('BAD_FLAG', `ls does not filter by "${filter}"`, { hint: 'it filters by name: --filter name=shop' });
}
