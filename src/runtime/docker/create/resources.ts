// Limits on CPU, memory, processes and block devices. deploy.resources wins over the service's own older fields.

import type { HostConfig } from '#engine/api/container.ts';
import type { BlkioConfig, Service } from '#model/project.ts';
import { nanoCpus, numberOf } from './units.ts';

export function resourceSettings(service: Service): HostConfig {
  const limits = service.deploy?.resources?.limits;
  const reservations = service.deploy?.resources?.reservations;
  return {
    NanoCpus: nanoCpus(limits?.cpus ?? service.cpus),
    Memory: numberOf(limits?.memory ?? service.mem_limit),
    // deploy's CPU reservation is for schedulers of clusters; an engine has nothing to do with it.
    MemoryReservation: numberOf(reservations?.memory ?? service.mem_reservation),
    MemorySwap: numberOf(service.memswap_limit),
    MemorySwappiness: numberOf(service.mem_swappiness),
    PidsLimit: limits?.pids ?? service.pids_limit,
    CpuCount: service.cpu_count,
    // The engine takes hundredths of a percent (Windows only).
    CpuPercent: service.cpu_percent === undefined ? undefined : Math.round(service.cpu_percent * 100),
    CpuPeriod: numberOf(service.cpu_period),
    CpuQuota: numberOf(service.cpu_quota),
    CpuRealtimePeriod: numberOf(service.cpu_rt_period),
    CpuRealtimeRuntime: numberOf(service.cpu_rt_runtime),
    CpuShares: numberOf(service.cpu_shares),
    CpusetCpus: service.cpuset,
    OomKillDisable: service.oom_kill_disable,
    OomScoreAdj: service.oom_score_adj,
    ShmSize: numberOf(service.shm_size),
    Ulimits: ulimits(service.ulimits),
    ...blockDevices(service.blkio_config),
  };
}

function ulimits(limits: Service['ulimits']): HostConfig['Ulimits'] {
  if (limits === undefined) return undefined;
  return Object.keys(limits)
    .sort()
    .map((name) => {
      // The key comes from the same object.
      const limit = limits[name] as number | { readonly soft: number; readonly hard: number };
      return typeof limit === 'number'
        ? { Name: name, Soft: limit, Hard: limit }
        : { Name: name, Soft: limit.soft, Hard: limit.hard };
    });
}

function blockDevices(config: BlkioConfig | undefined): HostConfig {
  if (config === undefined) return {};
  return {
    BlkioWeight: config.weight,
    BlkioWeightDevice: config.weight_device?.map((device) => ({ Path: pathOf(device), Weight: numberIn(device, 'weight') })),
    BlkioDeviceReadBps: config.device_read_bps?.map(rate),
    BlkioDeviceReadIOps: config.device_read_iops?.map(rate),
    BlkioDeviceWriteBps: config.device_write_bps?.map(rate),
    BlkioDeviceWriteIOps: config.device_write_iops?.map(rate),
  };
}

const rate = (device: object): { Path: string; Rate: number } => ({ Path: pathOf(device), Rate: numberIn(device, 'rate') });

// Docker Compose's JSON spells these members with a capital (Path, Weight, Rate), its YAML does not; both are canonical.
function member(device: object, name: string): unknown {
  const members = device as Readonly<Record<string, unknown>>;
  return members[name] ?? members[name.charAt(0).toUpperCase() + name.slice(1)];
}

const pathOf = (device: object): string => textOf(member(device, 'path'));
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const numberIn = (device: object, name: string): number => Number(member(device, name) ?? 0);
