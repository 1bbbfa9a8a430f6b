// What the docker runtime does with every key that a Compose file may have, at any depth: the rows of docs/reference/compose.md.

import type { Support } from '#model/support.ts';
import { alternatives, anchorOf } from './reference-anchor.ts';
import { projectFields } from './shapes/project.ts';
import { typeWords } from './shapes/type-words.ts';
import type { Shape } from './shapes/shape.ts';
import { dockerSupport } from './support.ts';

export type KeyRow = {
  /** `services.ports.published`: without the names that the file's author chose. */
  readonly key: string;
  /** The name of its section in the reference. */
  readonly anchor: string;
  readonly takes: string;
  readonly support: Support;
  readonly note: string;
};

/** Every key below a top-level one, parents before what is in them, in alphabetical order. */
export function keyRows(section: string): readonly KeyRow[] {
  const shape = projectFields[section];
  return shape === undefined ? [] : rowsOf(shape, [section]);
}

function rowsOf(shape: Shape, path: readonly string[]): KeyRow[] {
  const own = rowOf(shape, path);
  const fields = fieldsOf(shape);
  const below = Object.keys(fields)
    .sort()
    .flatMap((key) => rowsOf(fields[key] as Shape, [...path, key]));
  return [own, ...below];
}

function rowOf(shape: Shape, path: readonly string[]): KeyRow {
  const key = path.join('.');
  return { key, anchor: anchorOf(path), takes: typeWords(shape), support: supportOf(path), note: notes[key] ?? '' };
}

/** The specification's keys below a value, through lists and through names that the author chose. */
function fieldsOf(shape: Shape): Readonly<Record<string, Shape>> {
  const fields: Record<string, Shape> = {};
  for (const one of alternatives(shape)) {
    if (one.kind === 'struct') Object.assign(fields, one.fields);
    if (one.kind === 'list') Object.assign(fields, fieldsOf(one.items));
    if (one.kind === 'map') Object.assign(fields, fieldsOf(one.values));
  }
  return fields;
}

/** What is said of the nearest key above holds where nothing else is said. */
function supportOf(path: readonly string[]): Support {
  const inService = dockerSupport[path.slice(1).join('.')];
  const own = exceptions[path.join('.')] ?? (path[0] === 'services' && path.length > 1 ? inService : undefined);
  if (own !== undefined) return own;
  return path.length < 2 ? 'acted on' : supportOf(path.slice(0, -1));
}

const exceptions: Readonly<Record<string, Support>> = {
  version: 'not yet',
  include: 'resolved',
  models: 'refused',
  'services.build.provenance': 'not yet',
  'services.build.sbom': 'not yet',
  'services.build.secrets.gid': 'parsed only',
  'services.build.secrets.mode': 'parsed only',
  'services.build.secrets.uid': 'parsed only',
  'services.deploy.resources.reservations.generic_resources': 'parsed only',
  'services.deploy.restart_policy.delay': 'parsed only',
  'services.deploy.restart_policy.window': 'parsed only',
  'services.ports.app_protocol': 'parsed only',
  'services.ports.mode': 'parsed only',
  'services.ports.name': 'parsed only',
  'secrets.driver': 'parsed only',
  'secrets.driver_opts': 'parsed only',
  'secrets.external': 'refused',
  'secrets.labels': 'parsed only',
  'secrets.template_driver': 'parsed only',
  'configs.external': 'refused',
  'configs.labels': 'parsed only',
  'configs.template_driver': 'parsed only',
};

const notes: Readonly<Record<string, string>> = {
  version: 'obsolete; it says nothing',
  include: 'files here, in Git repositories (`https://host/app.git#main:path`) and in registries (`oci://registry/app:1`)',
  'services.extends': 'files here, in Git repositories and in registries',
  models: 'it needs Docker Model Runner, unless no service uses it',
  'services.models': 'it needs Docker Model Runner',
  'services.provider': 'a program that looks after the service ([providers](../guide/providers.md))',
  'services.provider.options': "flags of the program, so that this machine's other users see them",
  'services.develop': 'by `watch` and `up --watch` ([watching](../guide/watch.md))',
  'services.build.platforms': 'one platform; several are refused',
  'services.build.additional_contexts': 'needs BuildKit; a remote one needs Docker Engine 23',
  'services.build.cache_to': '`type=inline`; of others a warning says that they have no effect',
  'services.build.entitlements': 'needs BuildKit; one that the engine does not grant is an error',
  'services.build.network': 'a network by its name needs the classic builder, which is then used',
  'services.build.privileged': 'needs BuildKit, and an engine that grants it',
  'services.build.provenance': "the engine's own builder makes none",
  'services.build.sbom': "the engine's own builder makes none",
  'services.build.secrets': 'needs BuildKit',
  'services.build.secrets.gid': 'the Dockerfile says it in `RUN --mount`',
  'services.build.secrets.mode': 'the Dockerfile says it in `RUN --mount`',
  'services.build.secrets.uid': 'the Dockerfile says it in `RUN --mount`',
  'services.build.shm_size': 'before Docker Engine 23 by the classic builder, which is then used',
  'services.build.ssh': 'needs BuildKit; a key file needs ssh-agent and ssh-add, and no passphrase',
  'services.build.ulimits': 'before Docker Engine 23 by the classic builder, which is then used',
  'services.networks.interface_name': 'needs Docker Engine 28.1',
  'services.volumes.type': '`cluster` and `npipe` are refused',
  'secrets.external': 'there is no store to take it from, unless no service uses it',
  'configs.external': 'there is no store to take it from, unless no service uses it',
};
