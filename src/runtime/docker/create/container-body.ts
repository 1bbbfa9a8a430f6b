// A service in Compose's words -> a container in the Engine's. Pure: everything it depends on is in the recipe.

import type { ContainerCreate } from '#engine/api/container.ts';
import type { Recipe } from './recipe.ts';
import { deviceSettings } from './devices.ts';
import { healthConfig } from './healthcheck.ts';
import { mountSettings } from './mounts.ts';
import { namespaceSettings } from './namespaces.ts';
import { type FurtherNetwork, networking } from './networking.ts';
import { exposedPorts, portBindings } from './ports.ts';
import { resourceSettings } from './resources.ts';
import { restartPolicy } from './restart-policy.ts';
import { securitySettings } from './security.ts';
import { wholeSeconds } from './units.ts';

export type ContainerRequest = {
  readonly body: ContainerCreate;
  readonly platform: string | undefined;
  /** To be connected one by one after the create, where the engine takes only one network with it. */
  readonly further: readonly FurtherNetwork[];
};

/** Throws UNSUPPORTED for what this engine can't do. */
export function containerRequest(recipe: Recipe): ContainerRequest {
  const { definition: service, oneOff } = recipe;
  const { networkMode, endpoints, further, links, macAddress } = networking(recipe);
  const stopSeconds = wholeSeconds(service.stop_grace_period);
  const body: ContainerCreate = {
    Image: recipe.image,
    Hostname: service.hostname,
    Domainname: service.domainname,
    User: service.user,
    AttachStdin: oneOff !== null && oneOff.interactive && !oneOff.detach,
    AttachStdout: true,
    AttachStderr: true,
    Tty: oneOff === null ? service.tty : oneOff.tty,
    OpenStdin: oneOff === null ? service.stdin_open : oneOff.interactive,
    StdinOnce: oneOff !== null && oneOff.interactive && !oneOff.detach,
    Env: environment(recipe),
    Cmd: service.command,
    Entrypoint: service.entrypoint,
    Healthcheck: healthConfig(recipe),
    WorkingDir: service.working_dir,
    StopSignal: service.stop_signal,
    StopTimeout: stopSeconds,
    MacAddress: macAddress,
    ExposedPorts: exposedPorts(service),
    Labels: recipe.labels,
    HostConfig: {
      AutoRemove: oneOff?.removeAfter === true ? true : undefined,
      Annotations: service.annotations,
      Dns: service.dns,
      DnsOptions: service.dns_opt,
      DnsSearch: service.dns_search,
      // Compose writes host=address, the engine reads host:address.
      ExtraHosts: extraHosts(recipe),
      GroupAdd: service.group_add,
      Init: service.init,
      Isolation: service.isolation,
      Links: links.length > 0 ? links : undefined,
      LogConfig: service.logging && { Type: service.logging.driver ?? '', Config: service.logging.options },
      NetworkMode: networkMode,
      PortBindings: portBindings(recipe),
      Privileged: service.privileged,
      ReadonlyRootfs: service.read_only,
      RestartPolicy: restartPolicy(recipe),
      Runtime: service.runtime,
      StorageOpt: service.storage_opt,
      Sysctls: service.sysctls,
      ...namespaceSettings(recipe),
      ...securitySettings(recipe),
      ...resourceSettings(service),
      ...deviceSettings(service),
      ...mountSettings(recipe),
    },
    NetworkingConfig: endpoints && { EndpointsConfig: endpoints },
  };
  return { body, platform: service.platform, further };
}

/** Sorted, so that equal services make equal containers. A bare name takes the variable of the image away. */
function environment({ proxies, definition }: Recipe): string[] | undefined {
  const values: Readonly<Record<string, string | null>> = { ...proxies, ...definition.environment };
  const names = Object.keys(values);
  if (names.length === 0) return undefined;
  return names.sort().map((name) => {
    const value = values[name];
    return value === null || value === undefined ? name : `${name}=${value}`;
  });
}

/** The file's own, and the names of services that are in no network of the engine. No part of what is compared: they come with the project. */
function extraHosts({ definition, hostServices }: Recipe): string[] | undefined {
  const own = definition.extra_hosts?.map((entry) => entry.replace('=', ':'));
  // Who joins another's network, or has none, has no hosts file of its own that we may add to.
  const names = Object.keys(hostServices);
  if (names.length === 0 || definition.network_mode !== undefined) return own;
  const named = new Set(own?.map((entry) => entry.split(':')[0]));
  return [...(own ?? []), ...names.filter((name) => !named.has(name)).map((name) => `${name}:${hostServices[name]}`)];
}
