import type { NetworkCreate } from '#engine/api/network.ts';
import type { Project } from '#model/project.ts';
import { networkLabels } from '../../labels.ts';

/** `key`: the network's name in the Compose file. */
export function networkBody(project: Project, key: string): NetworkCreate {
  const network = project.networks[key];
  const ipam = network?.ipam;
  const pools = (ipam?.config ?? []).map((pool) => ({
    Subnet: pool.subnet,
    IPRange: pool.ip_range,
    Gateway: pool.gateway,
    AuxiliaryAddresses: pool.aux_addresses,
  }));
  return {
    Name: network?.name ?? key,
    CheckDuplicate: true,
    Driver: network?.driver,
    Internal: network?.internal,
    Attachable: network?.attachable,
    EnableIPv4: network?.enable_ipv4,
    EnableIPv6: network?.enable_ipv6,
    IPAM:
      ipam?.driver === undefined && ipam?.options === undefined && pools.length === 0
        ? undefined
        : { Driver: ipam?.driver, Options: ipam?.options, Config: pools },
    Options: network?.driver_opts,
    Labels: networkLabels(project, key),
  };
}
