// How an application is, in the forms that `muster status` prints. Pure.

import type { ProjectStatus, ServiceStatus, Status } from '#plan/status.ts';
import { ellipsis } from './replica-row.ts';
import { renderTable } from './table.ts';

const colours: Readonly<Record<Status, number>> = {
  healthy: 32,
  degraded: 33,
  starting: 36,
  unhealthy: 31,
  stopped: 2,
  unknown: 35,
};

/** Lines, the header first. With `width` none is longer. */
export function statusTable(
  { services }: ProjectStatus,
  { hasColour, width = Infinity }: { readonly hasColour: boolean; readonly width?: number },
): string[] {
  const text = renderTable(['SERVICE', 'STATUS', 'REPLICAS', 'RUNTIME', 'WHY'], services.map(asRow));
  const lines = text.trimEnd().split('\n');
  const cut = width === Infinity ? lines : lines.map((line) => ellipsis(line, width));
  // Padding is right only while nothing is coloured.
  return hasColour ? cut.map((line, index) => coloured(line, services[index - 1])) : cut;
}

function coloured(line: string, service: ServiceStatus | undefined): string {
  if (service === undefined) return line;
  const at = service.service.length;
  const { status } = service;
  return line.slice(0, at) + line.slice(at).replace(status, `\u001B[${colours[status]}m${status}\u001B[0m`);
}

function asRow({ service, status, why, wanted, replicas }: ServiceStatus): string[] {
  const runtimes = [...new Set(replicas.map(({ replica }) => replica.runtime))].sort();
  return [service, status, `${healthyOf(replicas)}/${wanted}`, runtimes.join(', '), why];
}

const healthyOf = (replicas: ServiceStatus['replicas']): number => replicas.filter(({ status }) => status === 'healthy').length;

/** One line per service that is not as it was before; null: nothing was known. */
export function statusNews(now: ProjectStatus, before: ProjectStatus | null): string[] {
  const known = new Set(before?.services.map(newsOf));
  return now.services.map(newsOf).filter((line) => !known.has(line));
}

const newsOf = ({ service, status, why, wanted, replicas }: ServiceStatus): string =>
  `${service}  ${status}  ${healthyOf(replicas)}/${wanted}  ${why}`;

/** docs/guide/status.md. */
export function statusJson({ project, status, services }: ProjectStatus): string {
  return JSON.stringify({
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
  });
}
