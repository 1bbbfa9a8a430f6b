import { extraHosts, fileMounts, listOrMap, ulimits } from './parts.ts';
import { either, flag, integer, list, struct, text } from './shape.ts';

const textList = list(text);

export const build = either(
  text,
  struct({
    context: text,
    dockerfile: text,
    dockerfile_inline: text,
    entitlements: textList,
    args: listOrMap,
    ssh: listOrMap,
    labels: listOrMap,
    cache_from: textList,
    cache_to: textList,
    no_cache: flag,
    additional_contexts: listOrMap,
    network: text,
    provenance: flag,
    sbom: flag,
    pull: flag,
    target: text,
    shm_size: integer,
    extra_hosts: extraHosts,
    isolation: text,
    privileged: flag,
    secrets: fileMounts,
    tags: textList,
    ulimits,
    platforms: textList,
  }),
);
