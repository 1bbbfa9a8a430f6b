import type { Port, Project, Service } from '#model/project.ts';

export type PortKey = `${number}/${string}`;

/** A range of more ports than this is not looked up port by port: the engine has the last word on it. */
const largestRange = 1024;

/** Fixed host ports, ranges spread out, that the services want: `8080/tcp`. */
export function wantedPorts(
  project: Project | undefined,
  portsOf: (service: Service) => readonly Port[] = (service) => service.ports ?? [],
): ReadonlySet<PortKey> {
  return portKeys(Object.values(project?.services ?? {}).flatMap(portsOf));
}

export function portKeys(ports: readonly Port[]): ReadonlySet<PortKey> {
  const wanted = new Set<PortKey>();
  for (const { published = '', protocol = 'tcp' } of ports) {
    const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(published);
    if (match === null) continue;
    const first = Number(match[1]);
    const last = Math.min(Number(match[2] ?? match[1]), first + largestRange);
    if (first === 0) continue;
    for (let port = first; port <= last; port++) wanted.add(`${port}/${protocol}`);
  }
  return wanted;
}
