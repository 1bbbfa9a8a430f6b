// What a native process can't be given. What changes a program's meaning is refused before anything changes; what only fences it in or
// decorates it is left out with a word.

import { musterOf, nativePorts } from '#model/muster-extension.ts';
import type { Refusal } from '#model/observed.ts';
import type { Service, VolumeMount } from '#model/project.ts';
import { resolveReferences } from '#model/reference.ts';
import { signalName } from '../signal-name.ts';
import { ulimitNames } from '#model/ulimit-names.ts';
import { nativeCommand, nativeGroups } from './command.ts';
import { ulimitsOf } from './limits.ts';

type Finding = Omit<Refusal, 'service'>;

/** Who the agent is. */
type Own = { readonly uid: number; readonly user: string };

export function refusalsOf(name: string, definition: Service, own: Own): Refusal[] {
  const service = withoutIgnored(definition);
  return [
    ...commandFindings(service),
    ...userFindings(service, own),
    ...groupFindings(service, own),
    ...niceFindings(service, own),
    ...unavailable.filter(({ holds }) => holds(service)).map(({ key, why, hint }) => ({ key, why, hint })),
    ...mountFindings(service),
    ...loggingFindings(service),
    ...healthFindings(service),
    ...signalFindings(service),
    ...ulimitFindings(service),
  ].map((finding) => ({ service: name, ...finding }));
}

/** Left out, in words. */
export function shortcomingsOf(definition: Service): string[] {
  const service = withoutIgnored(definition);
  const left = ornamental.filter((key) => isGiven(service[key]));
  const addresses = nativePorts(service).filter(({ host_ip: address = '' }) => address !== '' && address !== '0.0.0.0');
  return [
    ...(left.length === 0 ? [] : [`${left.join(', ')} ${left.length === 1 ? 'means' : 'mean'} nothing to a native process`]),
    ...addresses.map(
      ({ host_ip: address, target }) =>
        `nothing keeps the program from listening elsewhere than on ${address}: it is told in MUSTER_HOST_${target}`,
    ),
  ];
}

/** The author has said what the program can do without. */
function withoutIgnored(service: Service): Service {
  const ignored = new Set(musterOf(service).process?.ignore);
  // What goes are optional fields: command and entrypoint are no keys that a process can't have.
  return Object.fromEntries(Object.entries(service).filter(([key]) => !ignored.has(key) || key === 'command')) as Service;
}

function commandFindings(service: Service): Finding[] {
  if (nativeCommand(service).argv !== null) return [];
  return [
    {
      key: 'command',
      why: 'is not given, and there is no image to take it from',
      hint: 'say how it runs natively: x-muster: { process: { command: … } }',
    },
  ];
}

function userFindings(service: Service, own: Own): Finding[] {
  const { user } = nativeCommand(service);
  if (own.uid === 0 || isOwn(user, own)) return [];
  return [
    {
      key: musterOf(service).process === undefined ? 'user' : 'x-muster.process.user',
      why: `is ${user}, and ${own.user} may not start programs as somebody else`,
      hint: 'run muster as root (x-muster.host: sudo://), or leave the user out',
    },
  ];
}

function groupFindings(service: Service, own: Own): Finding[] {
  if (own.uid === 0 || nativeGroups(service).length === 0) return [];
  return [
    {
      key: 'group_add',
      why: `needs root: ${own.user} may not put programs into groups`,
      hint: `run muster as root (x-muster.host: sudo://); if ${own.user} is in them anyway: x-muster.process.ignore: [group_add]`,
    },
  ];
}

function niceFindings(service: Service, own: Own): Finding[] {
  const { nice = 0 } = musterOf(service).process ?? {};
  if (own.uid === 0 || nice >= 0) return [];
  return [
    {
      key: 'x-muster.process.nice',
      why: `is ${nice}, and ${own.user} may not put programs before others`,
      hint: 'run muster as root (x-muster.host: sudo://), or use a number from 0 to 19',
    },
  ];
}

/** '' is the agent's own, too. A group of its own is another account. */
export const isOwn = (user: string, own: Own): boolean => user === '' || user === own.user || user === String(own.uid);

/** `besides`: values of the key that a native process can do with. */
type Unavailable = Omit<Finding, 'key'> & {
  readonly key: keyof Service;
  readonly holds: (service: Service) => boolean;
  readonly besides?: string;
};

const isGiven = (value: unknown): boolean =>
  value !== undefined &&
  value !== null &&
  value !== false &&
  value !== '' &&
  !(Array.isArray(value) && value.length === 0) &&
  !(typeof value === 'object' && Object.keys(value).length === 0);

const container = 'run it in a container, or name it in x-muster.process.ignore if the program can do without';
const isolated = (key: 'ipc' | 'pid' | 'uts' | 'cgroup' | 'userns_mode', hint = container): Unavailable => ({
  key,
  why: 'needs a container: a native process shares its host’s',
  hint,
  holds: (service) => isGiven(service[key]) && service[key] !== 'host',
  besides: '`host`',
});
const needsContainer = (key: Extract<keyof Service, string>, why: string, hint = container): Unavailable => ({
  key,
  why,
  hint,
  holds: (service) => isGiven(service[key]),
});

export const unavailable: readonly Unavailable[] = [
  needsContainer('privileged', 'needs a container: a native process has the rights of its user'),
  needsContainer('cap_add', 'needs a container: a native process has the rights of its user'),
  needsContainer('read_only', 'needs a container: a native process sees its host’s file system'),
  {
    key: 'network_mode',
    why: 'needs a container: a native process is on its host’s network',
    hint: 'leave it out, or set network_mode: host',
    besides: '`host`, `bridge`, `default`',
    holds: ({ network_mode: mode = '' }) => !['', 'host', 'bridge', 'default'].includes(mode),
  },
  isolated('ipc'),
  isolated('pid'),
  isolated('uts'),
  isolated('cgroup'),
  isolated('userns_mode'),
  needsContainer('dns', 'needs a container: a native process asks its host’s resolver'),
  needsContainer('dns_opt', 'needs a container: a native process asks its host’s resolver'),
  needsContainer('dns_search', 'needs a container: a native process asks its host’s resolver'),
  needsContainer('extra_hosts', 'needs a container: a native process sees its host’s /etc/hosts'),
  needsContainer('links', 'gives names on a network of containers', 'refer to it by ${service:NAME.ip}'),
  needsContainer('external_links', 'gives names on a network of containers', 'refer to it by address'),
  needsContainer('volumes_from', 'needs a container: a native process has no mounts', 'name the volumes in this service too'),
  needsContainer('sysctls', 'needs a container: a native process has its host’s settings'),
  needsContainer('use_api_socket', 'needs a container', 'give it the path of the socket in an environment variable'),
  needsContainer('credential_spec', 'needs a Windows container'),
  needsContainer('runtime', 'names a runtime of containers'),
  {
    key: 'devices',
    why: 'gives a device another path, which needs a container',
    hint: 'use the path that the device has on the host',
    besides: 'the same path on both sides',
    holds: ({ devices = [] }) => devices.some(({ source, target }) => target !== undefined && target !== source),
  },
];

/** Left out with a warning. */
export const ornamental = [
  'hostname',
  'domainname',
  'tmpfs',
  'cap_drop',
  'security_opt',
  'shm_size',
  'blkio_config',
  'cgroup_parent',
  'cpuset',
  'cpu_shares',
  'cpu_period',
  'cpu_quota',
  'cpu_rt_period',
  'cpu_rt_runtime',
  'mem_reservation',
  'memswap_limit',
  'mem_swappiness',
  'oom_kill_disable',
  'oom_score_adj',
  'device_cgroup_rules',
  'mac_address',
  'storage_opt',
] as const satisfies readonly (keyof Service)[];

/** A command that was written for the inside of a container looks for mounts where they are there. */
function mountFindings(service: Service): Finding[] {
  const isForContainer = musterOf(service).process === undefined && (service.image !== undefined || service.build !== undefined);
  return (service.volumes ?? []).flatMap((mount, index): Finding[] => {
    const finding = mountFinding(mount, isForContainer);
    return finding === null ? [] : [{ key: `volumes[${index}]`, ...finding }];
  });
}

function mountFinding(mount: VolumeMount, isForContainer: boolean): Omit<Finding, 'key'> | null {
  const { type, source, target = '' } = mount;
  if (type === 'tmpfs') return null;
  if (type !== 'bind' && type !== 'volume') return { why: `is of type ${type}, which needs a container`, hint: container };
  if (source === undefined || source === '')
    return {
      why: `has no name, and a native process no place for it`,
      hint: `name it (data:${target}) and read its path from MUSTER_VOLUME_DATA`,
    };
  if (type === 'bind' && source === target) return null;
  if (!isForContainer) return null;
  return {
    why: `would be at ${target} in a container; a native process sees it at its own path`,
    hint: 'say how the service runs natively, with the paths that it has there: x-muster: { process: { command: … } }',
  };
}

function loggingFindings({ logging }: Service): Finding[] {
  const driver = logging?.driver ?? '';
  if (['', 'json-file', 'local'].includes(driver)) return [];
  return [{ key: 'logging.driver', why: `${driver} is a driver of containers`, hint: 'leave it out, or use local' }];
}

function healthFindings(service: Service): Finding[] {
  const { health } = musterOf(service);
  // What references mean is known later.
  if (health?.http !== undefined && !URL.canParse(resolveReferences(health.http, () => '1')))
    return [
      {
        key: 'x-muster.health.http',
        why: `is ${health.http}, which is no URL`,
        hint: 'write it like http://localhost:80/health',
      },
    ];
  if (health === undefined || (health.http === undefined) !== (health.tcp === undefined)) return [];
  return [
    {
      key: 'x-muster.health',
      why: 'needs one of http and tcp',
      hint: 'write health: { http: "http://localhost:80/" } or { tcp: 80 }',
    },
  ];
}

function signalFindings({ stop_signal: signal }: Service): Finding[] {
  if (signal === undefined || signalName(signal) !== null) return [];
  return [
    { key: 'stop_signal', why: `${signal} is no signal that can be sent by name`, hint: 'use SIGTERM, SIGINT, SIGQUIT, …' },
  ];
}

function ulimitFindings(service: Service): Finding[] {
  return ulimitsOf(service).flatMap(({ name, soft, hard }): Finding[] => {
    const key = `ulimits.${name}`;
    if (!ulimitNames.has(name)) return [{ key, why: 'is no limit', hint: `there are ${[...ulimitNames].join(', ')}` }];
    if (hard === -1 || (soft !== -1 && soft <= hard)) return [];
    return [{ key, why: `has a soft limit above the hard one`, hint: 'make the soft limit the lower one' }];
  });
}
