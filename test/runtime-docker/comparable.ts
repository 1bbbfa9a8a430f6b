// An inspected container without what is different each time: ids, times, generated names, the order of what has none.

import type { ContainerInspect } from '#engine/api/container.ts';

export type Comparable = {
  Config: Record<string, unknown>;
  HostConfig: Record<string, unknown>;
  Networks: Record<string, Record<string, unknown>>;
  Mounts: Record<string, unknown>[];
};

export function comparable(container: ContainerInspect): Comparable {
  const short = container.Id.slice(0, 12);
  const known = new Map<string, string>([[short, '<own id>']]);
  const text = (value: string): string =>
    (/^[0-9a-f]{64}$/.test(value) ? '<id>' : (known.get(value) ?? value)).replace(/container:[0-9a-f]{64}/, 'container:<id>');
  const clean = (value: unknown): unknown => {
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return value.map(clean);
    if (value !== null && typeof value === 'object')
      return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, clean(member)]));
    return value;
  };
  const config = clean({
    ...container.Config,
    Labels: labelsOf(container),
    Env: sorted(container.Config.Env),
  }) as Comparable['Config'];
  const host = clean({
    ...container.HostConfig,
    Binds: sorted(container.HostConfig.Binds),
    ExtraHosts: sorted(container.HostConfig.ExtraHosts),
    Ulimits: byKey(container.HostConfig.Ulimits, 'Name'),
    Mounts: byKey(container.HostConfig.Mounts, 'Target'),
    // The peer names a linked replica several times under one alias.
    Links: [...new Set(sorted(container.HostConfig.Links) ?? [])],
  }) as Comparable['HostConfig'];
  // Of these the engine keeps apart what was not asked for and what was asked to be empty; they mean the same.
  for (const key of ['ExtraHosts', 'PortBindings']) if (Object.keys(host[key] ?? {}).length === 0) delete host[key];
  const networks = Object.fromEntries(
    Object.entries(container.NetworkSettings.Networks ?? {}).map(([name, { Aliases, Links, IPAMConfig, DriverOpts }]) => [
      name,
      clean({
        Aliases: sorted(Aliases?.map(text)),
        Links: [...new Set(sorted(Links) ?? [])],
        // null and {} say the same.
        IPAMConfig: IPAMConfig !== null && Object.keys(IPAMConfig ?? {}).length === 0 ? null : IPAMConfig,
        DriverOpts,
      }) as Record<string, unknown>,
    ]),
  );
  const mounts = (container.Mounts ?? []).map(({ Type, Name, Source, Destination, Mode, RW, Propagation }) => ({
    Type,
    Name: Name === undefined ? undefined : text(Name),
    Source: Source.replace(/[0-9a-f]{64}/, '<id>'),
    Destination,
    Mode,
    RW,
    Propagation,
  }));
  return { Config: config, HostConfig: host, Networks: networks, Mounts: byKey(mounts, 'Destination') ?? [] };
}

/** Docker Compose writes the dependencies in no particular order. */
function labelsOf({ Config }: ContainerInspect): Record<string, string> {
  const labels = Object.entries(Config.Labels ?? {}).filter(([name]) => !name.startsWith('dev.muster.'));
  return Object.fromEntries(
    labels.map(([name, value]) => [name, name.endsWith('.depends_on') ? value.split(',').sort().join(',') : value]),
  );
}

const sorted = (list: readonly string[] | null | undefined): string[] | null => (list == null ? null : [...list].sort());

function byKey<Item extends object>(list: readonly Item[] | null | undefined, key: keyof Item): Item[] | null {
  if (list == null) return null;
  return [...list].sort((a, b) => (String(a[key]) < String(b[key]) ? -1 : 1));
}
