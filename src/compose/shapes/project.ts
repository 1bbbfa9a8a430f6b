import { driverOptions, external, externalOpen, listOrMap, nameKey, textOrList } from './parts.ts';
import { musterOfProject } from './muster.ts';
import { service } from './service.ts';
import { either, flag, list, mapOf, scalar, struct, text, type Shape } from './shape.ts';

const network = struct(
  {
    name: text,
    driver: text,
    driver_opts: driverOptions,
    ipam: struct({
      driver: text,
      config: list(struct({ subnet: text, ip_range: text, gateway: text, aux_addresses: mapOf(text, /^.+$/) })),
      options: mapOf(text, /^.+$/),
    }),
    external,
    internal: flag,
    enable_ipv4: flag,
    enable_ipv6: flag,
    attachable: flag,
    labels: listOrMap,
  },
  { nullable: true },
);

const volume = struct({ name: text, driver: text, driver_opts: driverOptions, external, labels: listOrMap }, { nullable: true });

const secret = struct({
  name: text,
  environment: text,
  file: text,
  external: externalOpen,
  labels: listOrMap,
  driver: text,
  driver_opts: driverOptions,
  template_driver: text,
});

const config = struct({
  name: text,
  content: text,
  environment: text,
  file: text,
  external: externalOpen,
  labels: listOrMap,
  template_driver: text,
});

const model = struct(
  { name: text, model: text, context_size: scalar('integer'), runtime_flags: list(text) },
  { required: ['model'] },
);

const include = list(
  either(text, struct({ path: textOrList, env_file: textOrList, project_directory: text }, { extensible: false })),
);

export const projectFields: Readonly<Record<string, Shape>> = {
  version: text,
  name: text,
  include,
  services: mapOf(service, nameKey),
  models: mapOf(model, nameKey, true),
  networks: mapOf(network, nameKey, true),
  volumes: mapOf(volume, nameKey),
  secrets: mapOf(secret, nameKey),
  configs: mapOf(config, nameKey),
};

export const project = struct(projectFields, { extensions: { 'x-muster': musterOfProject } });
