// Services for the differential test. IMAGE stands for the image line. Names of keys are spread over the cases so that a difference
// points at its cause, and so that the engine refuses no combination.

import type { Comparable } from './comparable.ts';

export type Case = {
  readonly name: string;
  readonly services: string;
  readonly more?: string;
  /** Takes out of both what differs on purpose. */
  readonly adjust?: (ours: Comparable, theirs: Comparable) => void;
};

/** Secrets and configs are bound from private copies, so that they have the rights that were asked for. */
function withoutFileSources(mounted: Comparable): void {
  for (const list of [mounted.Mounts, (mounted.HostConfig['Mounts'] ?? []) as Record<string, unknown>[]])
    for (const mount of list) {
      const target = String(mount['Destination'] ?? mount['Target']);
      if (!target.startsWith('/run/secrets/') && target !== '/etc/app.conf') continue;
      delete mount['Source'];
      delete mount['BindOptions'];
    }
}

export const cases: readonly Case[] = [
  {
    name: 'a bare service',
    services: `
  web: { IMAGE }`,
  },
  {
    name: 'commands, users, terminals, environment, labels',
    services: `
  a: { IMAGE, command: [sleep, "1000"], user: "1000:1000", working_dir: /tmp, tty: true, stdin_open: true, init: true }
  b: { IMAGE, entrypoint: [/bin/sh, -c], command: "echo hi", environment: [A=1, NOT_SET_ANYWHERE, C=, "D=a=b c"], labels: { x: y, empty: "" } }
  c: { IMAGE, entrypoint: [], hostname: host, domainname: example.org, stop_signal: SIGUSR1, stop_grace_period: 1m30s, container_name: "\${COMPOSE_PROJECT_NAME}-named" }
  d: { IMAGE, command: [], read_only: true, privileged: true, stop_grace_period: 500ms, annotations: { a: b }, attach: false }`,
  },
  {
    name: 'limits',
    services: `
  a: { IMAGE, cpus: 0.5, cpuset: "0", cpu_shares: 512, mem_limit: 128m, mem_reservation: 64m, memswap_limit: 256m, mem_swappiness: 10, pids_limit: 100, shm_size: 32m, oom_score_adj: 100, ulimits: { nproc: 500, nofile: { soft: 100, hard: 200 } } }
  b: { IMAGE, deploy: { resources: { limits: { cpus: "0.25", memory: 64M, pids: 50 }, reservations: { memory: 32M, cpus: "0.1" } } } }
  c: { IMAGE, cpu_period: 50000, cpu_quota: 25000, mem_limit: 50m, oom_kill_disable: true, cpu_count: 1 }
  d: { IMAGE, blkio_config: { device_read_bps: [{ path: /dev/zero, rate: 12mb }], device_write_iops: [{ path: /dev/zero, rate: 30 }] } }`,
  },
  {
    name: 'security, namespaces, devices',
    services: `
  a: { IMAGE, cap_add: [NET_ADMIN, CAP_SYS_TIME], cap_drop: [ALL], security_opt: ["no-new-privileges:true", "seccomp:unconfined"], group_add: ["1000", mail], sysctls: { net.core.somaxconn: 1024 } }
  b: { IMAGE, ipc: shareable, pid: host, uts: host, userns_mode: host, cgroup: private, cgroup_parent: m-test }
  c: { IMAGE, devices: ["/dev/null:/dev/mynull:rw", /dev/zero], device_cgroup_rules: ["c 1:3 mr"], runtime: runc, isolation: default }
  d: { IMAGE, security_opt: ["systempaths=unconfined"], ipc: "service:b", pid: "service:c" }`,
    // The peer hands systempaths on as it is, which the engine does not know.
    adjust: (...both) => {
      for (const one of both)
        for (const key of ['SecurityOpt', 'MaskedPaths', 'ReadonlyPaths'])
          if (hasSystemPaths(both[1])) delete one.HostConfig[key];
    },
  },
  {
    name: 'health checks, logging, restart policies',
    services: `
  a: { IMAGE, healthcheck: { test: [CMD, "true"], interval: 1m30s, timeout: 10s, retries: 3, start_period: 40s }, restart: unless-stopped, logging: { driver: json-file, options: { max-size: 1m } } }
  b: { IMAGE, healthcheck: { disable: true }, restart: "on-failure:3" }
  c: { IMAGE, healthcheck: { test: "exit 0" }, deploy: { restart_policy: { condition: on-failure, max_attempts: 4 } } }
  d: { IMAGE, restart: "no", deploy: { restart_policy: { condition: any } }, logging: { driver: none } }
  e: { IMAGE, restart: always, deploy: { restart_policy: { condition: none } } }`,
  },
  {
    name: 'ports and exposed ports',
    services: `
  a: { IMAGE, ports: ["18080:80", "127.0.0.1:19000-19002:90-92/udp", "7000", "[::1]:18081:81"], expose: ["3000", "4000-4002/udp"] }
  b: { IMAGE, ports: [{ target: 80, published: "18082", host_ip: 127.0.0.1, protocol: tcp, mode: host, name: http }, "18083:81", "18084:81"] }`,
  },
  {
    name: 'ranges of host ports',
    services: `
  a: { IMAGE, scale: 2, ports: ["18100-18105:80"] }`,
    // The peer leaves the choice to the engine; here replica n gets the n-th.
    adjust: (ours, theirs) => {
      const bindings = ours.HostConfig['PortBindings'] as Record<string, [{ HostPort: string }]>;
      expect18100(bindings['80/tcp']?.[0].HostPort ?? '');
      delete ours.HostConfig['PortBindings'];
      delete theirs.HostConfig['PortBindings'];
    },
  },
  {
    name: 'networks',
    services: `
  a: { IMAGE, networks: { default: { aliases: [one, two], priority: 10 }, back: { ipv4_address: 10.213.77.5, priority: 100, aliases: [bb], link_local_ips: [169.254.8.8], driver_opts: { o: p } } } }
  b: { IMAGE, network_mode: none }
  c: { IMAGE, network_mode: host }
  d: { IMAGE, network_mode: "service:a" }
  e: { IMAGE, mac_address: "02:42:ac:11:65:43", dns: [10.0.0.1], dns_opt: [use-vc], dns_search: [example.org], extra_hosts: ["one:1.2.3.4", "six:[::1]", "gate:host-gateway"] }
  f: { IMAGE, links: ["a:alias", e], external_links: ["other:al"], networks: [default, z] }
  g: { IMAGE, network_mode: bridge }`,
    more: `
networks:
  back: { ipam: { config: [{ subnet: 10.213.77.0/24 }] }, labels: { q: r } }
  z: { internal: true, attachable: true, driver: bridge }`,
  },
  {
    name: 'volumes of every type',
    services: `
  a:
    IMAGE
    volumes:
      - data:/data
      - data:/read:ro
      - ./data:/bound
      - ./data:/bound-ro:ro
      - ./made-on-demand:/made
      - /anonymous
      - { type: tmpfs, target: /scratch, tmpfs: { size: 1000000, mode: 0700 } }
      - { type: volume, source: data, target: /nocopy, volume: { nocopy: true } }
      - { type: bind, source: ./data, target: /long }
      - { type: bind, source: ./data, target: /shared, bind: { propagation: rshared } }
      - { type: bind, source: ./data, target: /norec, bind: { recursive: disabled } }
      - { type: volume, target: /labelled, volume: { labels: { a: b } } }
    tmpfs: ["/run:size=64k", /tmp]
  b: { IMAGE, volumes_from: [c], volumes: [driver:/x] }
  c: { IMAGE, volumes: [data:/data, /anonymous] }`,
    more: `
volumes:
  data: { labels: { k: v } }
  driver: { driver: local, driver_opts: { type: tmpfs, device: tmpfs, o: size=1m } }`,
  },
  {
    name: 'secrets and configs from files',
    services: `
  a: { IMAGE, secrets: [one, { source: one, target: other }], configs: [{ source: two, target: /etc/app.conf }] }`,
    more: `
secrets: { one: { file: ./secret.txt } }
configs: { two: { file: ./secret.txt } }`,
    adjust: (ours, theirs) => {
      withoutFileSources(ours);
      withoutFileSources(theirs);
    },
  },
  {
    name: 'dependencies, scale, profiles',
    services: `
  a: { IMAGE, depends_on: { b: { condition: service_healthy, restart: true }, c: { condition: service_completed_successfully, required: false } } }
  b: { IMAGE, healthcheck: { test: [CMD, "true"] }, deploy: { replicas: 2 } }
  c: { IMAGE, depends_on: [b] }
  d: { IMAGE, profiles: [debug] }`,
  },
];

function hasSystemPaths({ HostConfig }: Comparable): boolean {
  return JSON.stringify(HostConfig['SecurityOpt'] ?? []).includes('systempaths');
}

function expect18100(port: string): void {
  if (!['18100', '18101'].includes(port)) throw new Error(`port ${port} where the first or second of the range was due`);
}
