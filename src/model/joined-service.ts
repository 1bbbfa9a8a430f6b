// A service that joins another's replica, with that replica's id in place of the service's name. Docker Compose hashes it in this form.

import type { Service } from './project.ts';

/** `idOf`: the first replica of a service, by name; undefined leaves the reference as it is. null: the service joins nobody. */
export function joinedService(service: Service, idOf: (service: string) => string | undefined): Service | null {
  const modes = ['network_mode', 'ipc', 'pid'] as const;
  const joined: { -readonly [Mode in (typeof modes)[number]]?: string } = {};
  for (const mode of modes) {
    const value = service[mode];
    const id = value?.startsWith('service:') === true ? idOf(value.slice('service:'.length)) : undefined;
    if (id !== undefined) joined[mode] = `container:${id}`;
  }
  const volumes = service.volumes_from?.map((source) => volumeSource(source, idOf));
  if (Object.keys(joined).length === 0 && volumes === undefined) return null;
  return { ...service, ...joined, ...(volumes === undefined ? {} : { volumes_from: volumes }) };
}

/** Docker Compose forgets `:ro` here, and the hash with it. */
function volumeSource(source: string, idOf: (service: string) => string | undefined): string {
  const [first = '', second = ''] = source.split(':');
  return first === 'container' ? second : (idOf(first) ?? source);
}
