import {
  embedded,
  field,
  listOf,
  mapOf,
  nested,
  pointer,
  silentBool,
  structOf,
  type Field,
  type StructType,
} from './struct-types.ts';

const text = field('text');
const bool = field('bool');
const int = field('int');
const texts = field('texts');
const mapping = field('mapping');

export const fileMount = structOf({ source: text, target: text, uid: text, gid: text, mode: pointer('fileMode') });

export const ulimits: Field = field(mapOf('ulimit'));

export const build = structOf({
  context: text,
  dockerfile: text,
  dockerfile_inline: text,
  entitlements: texts,
  args: field('mappingOrNull'),
  provenance: text,
  sbom: text,
  ssh: field('sshKeys'),
  labels: mapping,
  cache_from: field('textOrTexts'),
  cache_to: field('textOrTexts'),
  no_cache: bool,
  additional_contexts: mapping,
  pull: bool,
  extra_hosts: field('hosts'),
  isolation: text,
  network: text,
  target: text,
  secrets: field(listOf(fileMount)),
  shm_size: field('bytes'),
  tags: field('textOrTexts'),
  ulimits,
  platforms: field('textOrTexts'),
  privileged: bool,
});

export const hook = structOf({
  command: { type: 'command', always: true },
  user: text,
  privileged: bool,
  working_dir: text,
  environment: field('mappingOrNull'),
});

export const develop = structOf({
  watch: field(
    listOf(
      structOf({
        path: text,
        action: text,
        target: text,
        exec: embedded(hook),
        include: field('textOrTexts'),
        ignore: field('textOrTexts'),
        initial_sync: bool,
      }),
    ),
  ),
});

const throttle = field(
  listOf(
    structOf({
      path: { type: 'text', whenUnset: '', jsonName: 'Path' },
      rate: { type: 'bytes', whenUnset: '0', jsonName: 'Rate' },
    }),
  ),
);

export const blkio = structOf({
  weight: field('uint16'),
  weight_device: field(
    listOf(
      structOf({
        path: { type: 'text', whenUnset: '', jsonName: 'Path' },
        weight: { type: 'uint16', whenUnset: 0, jsonName: 'Weight' },
      }),
    ),
  ),
  device_read_bps: throttle,
  device_read_iops: throttle,
  device_write_bps: throttle,
  device_write_iops: throttle,
});

export const deviceRequest = structOf(
  { capabilities: texts, driver: text, count: field('deviceCount'), device_ids: texts, options: mapping },
  false,
);

const updateConfig = structOf({
  parallelism: pointer('uint64'),
  delay: field('duration'),
  failure_action: text,
  monitor: field('duration'),
  max_failure_ratio: field('float'),
  order: text,
});

const resource = structOf({
  cpus: field('cpus'),
  memory: field('bytes'),
  pids: int,
  devices: field(listOf(deviceRequest)),
  generic_resources: field(
    listOf(
      structOf({
        discrete_resource_spec: nested(structOf({ kind: { type: 'text', whenUnset: '' }, value: { type: 'int', whenUnset: 0 } })),
      }),
    ),
  ),
});

export const deploy = structOf({
  mode: text,
  replicas: pointer('int'),
  labels: mapping,
  update_config: nested(updateConfig),
  rollback_config: nested(updateConfig),
  resources: embedded(structOf({ limits: nested(resource), reservations: nested(resource) })),
  restart_policy: nested(
    structOf({
      condition: text,
      delay: pointer('duration'),
      max_attempts: pointer('uint64'),
      window: pointer('duration'),
    }),
  ),
  placement: embedded(
    structOf({
      constraints: texts,
      preferences: field(listOf(structOf({ spread: text }))),
      max_replicas_per_node: field('uint64'),
    }),
  ),
  endpoint_mode: text,
});

export const dependency = structOf({ condition: text, restart: bool, required: pointer('bool') });

export const healthcheck = structOf({
  test: field('healthTest'),
  timeout: pointer('duration'),
  interval: pointer('duration'),
  retries: pointer('uint64'),
  start_period: pointer('duration'),
  start_interval: pointer('duration'),
  disable: bool,
});

export const serviceNetwork = structOf({
  aliases: texts,
  driver_opts: mapping,
  gw_priority: int,
  interface_name: text,
  ipv4_address: text,
  ipv6_address: text,
  link_local_ips: texts,
  mac_address: text,
  priority: int,
});

export const port = structOf({
  name: text,
  mode: text,
  host_ip: text,
  target: field('uint32'),
  published: text,
  protocol: text,
  app_protocol: text,
});

/** `create_host_path: false`: Docker Compose 2.40 prints it like nothing said, v5 as it is. */
function mountWith(createHostPath: Field): StructType {
  return structOf({
    type: text,
    source: text,
    target: text,
    read_only: bool,
    consistency: text,
    bind: nested(structOf({ selinux: text, propagation: text, create_host_path: createHostPath, recursive: text })),
    volume: nested(structOf({ labels: mapping, nocopy: bool, subpath: text })),
    tmpfs: nested(structOf({ size: field('bytes'), mode: field('uint32') })),
    image: nested(structOf({ subpath: text })),
  });
}

export const volumeMount = mountWith(silentBool());
export const volumeMountOfV5 = mountWith(pointer('bool'));
