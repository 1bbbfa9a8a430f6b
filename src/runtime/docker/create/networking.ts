// Which networks a container joins, and as whom.

import type { EndpointSettings } from '#engine/api/network.ts';
import { MusterError } from '#lib/errors.ts';
import type { ServiceNetwork } from '#model/project.ts';
import { joined } from './namespaces.ts';
import type { Recipe } from './recipe.ts';

export type FurtherNetwork = { readonly key: string; readonly name: string; readonly endpoint: EndpointSettings };

export type Networking = {
  readonly networkMode: string;
  readonly endpoints: Readonly<Record<string, EndpointSettings>> | undefined;
  readonly further: readonly FurtherNetwork[];
  readonly links: readonly string[];
  /** Below API 1.44 the container as a whole has the address, not its place on a network. */
  readonly macAddress: string | undefined;
};

export function networking(recipe: Recipe): Networking {
  const { definition: service, abilities } = recipe;
  const links = linksOf(recipe);
  if (service.network_mode !== undefined)
    return {
      networkMode: joined(service.network_mode, recipe),
      endpoints: undefined,
      further: [],
      links,
      macAddress: service.mac_address,
    };
  const attachments = attachmentsOf(recipe, links);
  const [primary, ...others] = attachments;
  if (primary === undefined)
    return { networkMode: 'none', endpoints: undefined, further: [], links, macAddress: service.mac_address };
  const atOnce = abilities.severalNetworks ? attachments : [primary];
  return {
    networkMode: primary.name,
    endpoints: Object.fromEntries(atOnce.map(({ name, endpoint }) => [name, endpoint])),
    further: abilities.severalNetworks ? [] : others,
    links,
    macAddress: abilities.severalNetworks ? undefined : (service.networks?.[primary.key]?.mac_address ?? service.mac_address),
  };
}

/** The endpoint for one network of the service, for connecting a container that exists. */
export function endpointFor(recipe: Recipe, key: string): EndpointSettings {
  return (
    attachmentsOf(recipe, linksOf(recipe)).find((each) => each.key === key)?.endpoint ?? { Aliases: aliasesOf(recipe, null) }
  );
}

/** In order: the first gives the container its network mode and, with older engines, its default route. */
function attachmentsOf(recipe: Recipe, links: readonly string[]): FurtherNetwork[] {
  const { definition: service, project } = recipe;
  const networks = Object.entries(service.networks ?? {}).sort(
    ([keyA, a], [keyB, b]) => (b?.priority ?? 0) - (a?.priority ?? 0) || (keyA < keyB ? -1 : 1),
  );
  return networks.map(([key, settings], index) => ({
    key,
    name: project.networks[key]?.name ?? key,
    endpoint: endpoint(recipe, key, settings, links, index === 0),
  }));
}

function endpoint(
  recipe: Recipe,
  key: string,
  settings: ServiceNetwork | null,
  links: readonly string[],
  isPrimary: boolean,
): EndpointSettings {
  const { abilities, definition } = recipe;
  return {
    Aliases: aliasesOf(recipe, settings),
    Links: links.length > 0 ? links : undefined,
    DriverOpts: driverOptions(recipe, settings),
    IPAMConfig: addresses(settings),
    GwPriority: abilities.imageMounts ? settings?.gw_priority : undefined,
    MacAddress: macAddress(recipe, key, settings, isPrimary, definition.mac_address),
  };
}

/** Docker Compose gives the container's and the service's name; the engine itself adds the short id. */
function aliasesOf(recipe: Recipe, settings: ServiceNetwork | null): string[] {
  if (!recipe.useAliases) return [recipe.name];
  return [...new Set([recipe.name, recipe.service, ...(settings?.aliases ?? [])])];
}

function addresses(settings: ServiceNetwork | null): EndpointSettings['IPAMConfig'] {
  if (settings === null) return undefined;
  const { ipv4_address: IPv4Address, ipv6_address: IPv6Address, link_local_ips: LinkLocalIPs } = settings;
  if (IPv4Address === undefined && IPv6Address === undefined && LinkLocalIPs === undefined) return undefined;
  return { IPv4Address, IPv6Address, LinkLocalIPs };
}

function driverOptions({ abilities }: Recipe, settings: ServiceNetwork | null): EndpointSettings['DriverOpts'] {
  if (settings?.interface_name === undefined) return settings?.driver_opts;
  if (!abilities.interfaceNames)
    throw new MusterError('UNSUPPORTED', 'interface_name needs Docker Engine 28.1 or newer', {
      hint: 'remove interface_name, or update the engine',
    });
  return { ...settings.driver_opts, 'com.docker.network.endpoint.ifname': settings.interface_name };
}

function macAddress(
  { abilities }: Recipe,
  key: string,
  settings: ServiceNetwork | null,
  isPrimary: boolean,
  ofService: string | undefined,
): string | undefined {
  if (abilities.severalNetworks) return settings?.mac_address ?? (isPrimary ? ofService : undefined);
  if (settings?.mac_address === undefined || isPrimary) return undefined;
  throw new MusterError('UNSUPPORTED', `a MAC address on network ${key} needs Docker Engine 25 or newer (API 1.44)`, {
    hint: 'give it to the network with the highest priority, or update the engine',
  });
}

/** `container:alias`: a linked service is found under the alias and under all names that its replicas have. */
function linksOf(recipe: Recipe): string[] {
  const { definition: service, project } = recipe;
  const links: string[] = [];
  for (const link of service.links ?? []) {
    const [target = link, alias = target] = link.split(':');
    for (const peer of recipe.peers[target] ?? []) {
      links.push(
        `${peer.name}:${alias}`,
        `${peer.name}:${target}-${peer.number}`,
        `${peer.name}:${project.name}-${target}-${peer.number}`,
      );
    }
  }
  for (const link of service.external_links ?? []) {
    const [container = link, alias = container] = link.split(':');
    links.push(`${container}:${alias}`);
  }
  return links;
}
