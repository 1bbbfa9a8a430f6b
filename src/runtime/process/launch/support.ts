// What native services make of the keys of a Compose file: a column of docs/reference/compose.md.

import type { RuntimeSupport, Support } from '#model/support.ts';
import { ornamental, unavailable } from './refusals.ts';

/** By the key's whole path; what is said of a key holds for those below it that are not named. */
export const processSupport: RuntimeSupport = {
  networks: ['parsed only', 'native services are on the network of their host'],
  'volumes.driver': ['parsed only', "a volume is a folder below muster's state directory"],
  'volumes.driver_opts': 'parsed only',
  ...ofServices({
    ...Object.fromEntries(unavailable.map(({ key, why, besides }) => [key, refused(why, besides)])),
    ...Object.fromEntries(ornamental.map((key) => [key, 'not yet'])),
    annotations: 'parsed only',
    build: ['parsed only', 'no image is built for what runs without one'],
    cpu_count: 'parsed only',
    cpu_percent: 'parsed only',
    cpus: ['acted on', 'where its user may make control groups; else a warning'],
    command: ['acted on', 'unless there is `x-muster.process`'],
    configs: ['acted on', 'as files in `MUSTER_CONFIGS_DIR`'],
    'deploy.resources.limits': ['acted on', 'where its user may make control groups; else a warning'],
    'deploy.resources.reservations': 'parsed only',
    develop: ['acted on', 'it is restarted; nothing is synced or built, for it runs on the files themselves'],
    entrypoint: ['acted on', 'unless there is `x-muster.process`'],
    expose: 'parsed only',
    gpus: ['parsed only', "it sees its host's"],
    group_add: ['acted on', 'by root; others are refused'],
    image: ['parsed only', 'without a command of its own it is refused'],
    init: 'parsed only',
    isolation: 'parsed only',
    logging: ['acted on', 'drivers other than `local` and `json-file` are refused'],
    mem_limit: ['acted on', 'where its user may make control groups; else a warning'],
    networks: 'parsed only',
    'networks.aliases': ['acted on', 'other services find it by them'],
    pids_limit: ['acted on', 'where its user may make control groups; else a warning'],
    platform: 'parsed only',
    ports: ['acted on', 'it listens itself, on the port that `MUSTER_PORT_…` tells'],
    'ports.host_ip': ['acted on', 'it is told in `MUSTER_HOST_…`, and a warning says that nothing else keeps it there'],
    'ports.app_protocol': 'parsed only',
    'ports.mode': 'parsed only',
    'ports.name': 'parsed only',
    pull_policy: 'parsed only',
    pull_refresh_after: 'parsed only',
    secrets: ['acted on', 'as files in `MUSTER_SECRETS_DIR`'],
    user: ['acted on', 'by root; another user than its own is refused to others'],
    volumes: ['acted on', 'nothing is mounted: `MUSTER_VOLUME_…` and `MUSTER_MOUNT_…` tell where it is'],
    'volumes.bind': 'parsed only',
    'volumes.consistency': 'parsed only',
    'volumes.image': 'parsed only',
    'volumes.read_only': 'parsed only',
    'volumes.tmpfs': 'parsed only',
    'volumes.type': ['acted on', '`bind`, `volume`; `tmpfs` is left out, others are refused'],
    'volumes.volume': 'parsed only',
    working_dir: ['acted on', 'unless there is `x-muster.process`'],
  }),
};

function refused(why: string, besides: string | undefined): readonly [Support, string] {
  return ['refused', besides === undefined ? why : `${why}; not: ${besides}`];
}

function ofServices(keys: RuntimeSupport): RuntimeSupport {
  return Object.fromEntries(Object.entries(keys).map(([key, support]) => [`services.${key}`, support]));
}
