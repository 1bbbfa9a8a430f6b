// The elements of the canonical output, fields in Docker Compose's order.

import {
  blkio,
  build,
  dependency,
  deploy,
  develop,
  deviceRequest,
  fileMount,
  healthcheck,
  hook,
  port,
  serviceNetwork,
  ulimits,
  volumeMount,
  volumeMountOfV5,
} from './struct-parts.ts';
import { embedded, field, listOf, mapOf, nested, pointer, structOf } from './struct-types.ts';

const text = field('text');
const bool = field('bool');
const int = field('int');
const float = field('float');
const bytes = field('bytes');
const texts = field('texts');
const mapping = field('mapping');

export const service = structOf({
  profiles: texts,
  annotations: mapping,
  attach: pointer('bool'),
  build: nested(build),
  develop: nested(develop),
  blkio_config: nested(blkio),
  cap_add: texts,
  cap_drop: texts,
  cgroup_parent: text,
  cgroup: text,
  cpu_count: int,
  cpu_percent: float,
  cpu_period: int,
  cpu_quota: int,
  cpu_rt_period: int,
  cpu_rt_runtime: int,
  cpus: float,
  cpuset: text,
  cpu_shares: int,
  command: { type: 'command', always: true },
  configs: field(listOf(fileMount)),
  container_name: text,
  credential_spec: nested(structOf({ config: text, file: text, registry: text })),
  depends_on: field(mapOf(dependency)),
  deploy: nested(deploy),
  device_cgroup_rules: texts,
  devices: field(listOf(structOf({ source: text, target: text, permissions: text }))),
  dns: field('textOrTexts'),
  dns_opt: texts,
  dns_search: field('textOrTexts'),
  dockerfile: text,
  domainname: text,
  entrypoint: { type: 'command', always: true },
  provider: nested(structOf({ type: text, options: field('multiOptions') })),
  environment: field('mappingOrNull'),
  env_file: field(listOf('envFile')),
  expose: field('anyTexts'),
  extends: nested(structOf({ file: text, service: text }, false)),
  external_links: texts,
  extra_hosts: field('hosts'),
  group_add: texts,
  gpus: field(listOf(deviceRequest)),
  hostname: text,
  healthcheck: nested(healthcheck),
  image: text,
  init: pointer('bool'),
  ipc: text,
  isolation: text,
  labels: mapping,
  label_file: texts,
  links: texts,
  logging: nested(structOf({ driver: text, options: mapping })),
  mem_limit: bytes,
  mem_reservation: bytes,
  memswap_limit: bytes,
  mem_swappiness: bytes,
  mac_address: text,
  models: field(mapOf(structOf({ endpoint_var: text, model_var: text }), true)),
  network_mode: text,
  networks: field(mapOf(serviceNetwork, true)),
  oom_kill_disable: bool,
  oom_score_adj: int,
  pid: text,
  pids_limit: int,
  platform: text,
  ports: field(listOf(port)),
  privileged: bool,
  pull_policy: text,
  read_only: bool,
  restart: text,
  runtime: text,
  scale: pointer('int'),
  secrets: field(listOf(fileMount)),
  security_opt: texts,
  shm_size: bytes,
  stdin_open: bool,
  stop_grace_period: pointer('duration'),
  stop_signal: text,
  storage_opt: field('textMapping'),
  sysctls: mapping,
  tmpfs: field('textOrTexts'),
  tty: bool,
  ulimits,
  use_api_socket: bool,
  user: text,
  userns_mode: text,
  uts: text,
  volumes: field(listOf(volumeMount)),
  volumes_from: texts,
  working_dir: text,
  post_start: field(listOf(hook)),
  pre_stop: field(listOf(hook)),
});

/** As Docker Compose v5 prints it. */
export const serviceOfV5 = structOf({ ...service.fields, volumes: field(listOf(volumeMountOfV5)) });

export const network = structOf({
  name: text,
  driver: text,
  driver_opts: mapping,
  ipam: embedded(
    structOf({
      driver: text,
      config: field(listOf(structOf({ subnet: text, gateway: text, ip_range: text, aux_addresses: mapping }, false))),
    }),
  ),
  external: bool,
  internal: bool,
  attachable: bool,
  labels: mapping,
  enable_ipv4: pointer('bool'),
  enable_ipv6: pointer('bool'),
});

export const volume = structOf({ name: text, driver: text, driver_opts: mapping, external: bool, labels: mapping });

export const fileObject = structOf({
  name: text,
  file: text,
  environment: text,
  content: text,
  external: bool,
  labels: mapping,
  driver: text,
  driver_opts: field('textMapping'),
  template_driver: text,
});

export const model = structOf({ name: text, model: text, context_size: int, runtime_flags: texts });
