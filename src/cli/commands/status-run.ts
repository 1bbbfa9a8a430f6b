import { joinRuntimes } from '#apply/joined-runtimes.ts';
import { hydrateProject } from '#plan/hydrate.ts';
import { type ProjectStatus, type ServiceStatus, type Status, projectStatus } from '#plan/status.ts';
import type { App } from '../app.ts';
import { findApplication } from '../application.ts';
import { checkPorts } from '../check-ports.ts';
import type { Invocation } from '../command.ts';
import { withRuntimes } from '../connect.ts';
import { replicasOf } from '../known-services.ts';
import { renderTable } from '../render/table.ts';
import type { statusFlags } from './status.ts';

/** Not everything is healthy. */
const notHealthy = 3;

export async function run({ app, flags, args }: Invocation<typeof statusFlags>): Promise<number> {
  const found = await look(app, args);
  const { stdout } = app.terminal;
  stdout.write(flags.format === 'json' ? `${JSON.stringify(asJson(found))}\n` : table(found, stdout.hasColour));
  return found.status === 'healthy' ? 0 : notHealthy;
}

async function look(app: App, args: readonly string[]): Promise<ProjectStatus> {
  const { name, project: file } = await findApplication(app);
  const { signal } = app.interrupts;
  return withRuntimes(app, { project: name, file }, async ({ runtimes, placement, onLost }) => {
    const lost = new Map<string, string>();
    const all = joinRuntimes([...runtimes.values()], (runtime, error) => {
      lost.set(runtime.name, `${runtime.name} can't be asked: ${error.message}`);
      onLost(runtime, error);
    });
    const observed = await all.observe({ project: name, only: 'replicas', signal });
    const replicas = await replicasOf(app, observed, args);
    const seen = { ...observed, replicas };
    const project = file ?? hydrateProject(seen);
    const checks = await checkPorts(replicas, runtimes, signal);
    const wanted = args.length === 0 ? Object.entries(project.services) : namedIn(project.services, args);
    return projectStatus({
      project: { ...project, services: Object.fromEntries(wanted) },
      observed: seen,
      placement,
      checks,
      lost,
    });
  });
}

function namedIn<Service>(services: Readonly<Record<string, Service>>, names: readonly string[]): [string, Service][] {
  return Object.entries(services).filter(([name]) => names.includes(name));
}

const colours: Readonly<Record<Status, number>> = {
  healthy: 32,
  degraded: 33,
  starting: 36,
  unhealthy: 31,
  stopped: 2,
  unknown: 35,
};

function table({ services }: ProjectStatus, hasColour: boolean): string {
  const text = renderTable(['SERVICE', 'STATUS', 'REPLICAS', 'RUNTIME', 'WHY'], services.map(asRow));
  if (!hasColour) return text;
  // Padding is right only while nothing is coloured.
  return text
    .split('\n')
    .map((line, index) => coloured(line, services[index - 1]))
    .join('\n');
}

function coloured(line: string, service: ServiceStatus | undefined): string {
  if (service === undefined) return line;
  const at = service.service.length;
  const { status } = service;
  return line.slice(0, at) + line.slice(at).replace(status, `\u001B[${colours[status]}m${status}\u001B[0m`);
}

function asRow({ service, status, why, wanted, replicas }: ServiceStatus): string[] {
  const healthy = replicas.filter((each) => each.status === 'healthy').length;
  const runtimes = [...new Set(replicas.map(({ replica }) => replica.runtime))].sort();
  return [service, status, `${healthy}/${wanted}`, runtimes.join(', '), why];
}

/** docs/guide/status.md. */
function asJson({ project, status, services }: ProjectStatus): object {
  return {
    schemaVersion: 1,
    project,
    status,
    services: services.map(({ replicas, ...service }) => ({
      ...service,
      replicas: replicas.map(({ replica, status: own, why }) => ({
        name: replica.name,
        number: replica.number,
        runtime: replica.runtime,
        id: replica.id,
        status: own,
        why,
        state: replica.state,
        health: replica.health,
        exitCode: replica.exitCode,
      })),
    })),
  };
}
