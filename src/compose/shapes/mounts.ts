import { nameKey, listOrMap, texts, driverOptions } from './parts.ts';
import { either, flag, mapOf, number, oneOfWords, scalar, set, struct, text } from './shape.ts';

export const volumes = set(
  either(
    text,
    struct(
      {
        type: oneOfWords('bind', 'volume', 'tmpfs', 'cluster', 'npipe', 'image'),
        source: text,
        target: text,
        read_only: flag,
        consistency: text,
        bind: struct({
          propagation: text,
          create_host_path: flag,
          recursive: oneOfWords('enabled', 'disabled', 'writable', 'readonly'),
          selinux: oneOfWords('z', 'Z'),
        }),
        volume: struct({ labels: listOrMap, nocopy: flag, subpath: text }),
        tmpfs: struct({ size: either({ kind: 'scalar', types: ['integer'], minimum: 0 }, text), mode: number }),
        image: struct({ subpath: text }),
      },
      { required: ['type'] },
    ),
  ),
);

export const ports = set(
  either(
    scalar('number'),
    text,
    struct({
      name: text,
      mode: text,
      host_ip: text,
      target: scalar('integer', 'string'),
      published: scalar('string', 'integer'),
      protocol: text,
      app_protocol: text,
    }),
  ),
);

const attachment = struct(
  {
    aliases: texts,
    interface_name: text,
    ipv4_address: text,
    ipv6_address: text,
    link_local_ips: texts,
    mac_address: text,
    driver_opts: driverOptions,
    priority: scalar('number'),
    gw_priority: scalar('number'),
  },
  { nullable: true },
);

export const networks = either(texts, mapOf(attachment, nameKey));
