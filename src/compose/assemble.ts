// The canonical model becomes typed elements, all services together: which of them are wanted is decided afterwards.

import type { MusterError } from '#lib/errors.ts';
import type { Json } from '#lib/canonical-json.ts';
import type { FileObject, Network, Service, Volume } from '#model/project.ts';
import { decodeStruct, type Decoded } from './decode.ts';
import { decodeMuster } from './decode-muster.ts';
import { sortedKeys } from './sort.ts';
import { fileObject, model as modelType, network, service, volume } from './structs.ts';
import type { StructType } from './struct-types.ts';
import { toJson } from './to-json.ts';
import { isMapping, type Mapping, type Tree } from './tree.ts';

export type Elements = {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, Network>>;
  readonly volumes: Readonly<Record<string, Volume>>;
  readonly secrets: Readonly<Record<string, FileObject>>;
  readonly configs: Readonly<Record<string, FileObject>>;
  readonly models: Readonly<Record<string, Json>>;
  readonly extensions: Readonly<Record<string, Json>>;
};

export function assemble(root: Mapping, warn: (message: string) => void, problems: MusterError[]): Elements {
  const section = (name: string, type: StructType): Readonly<Record<string, Decoded>> => {
    const elements = root[name];
    const decoded = Object.create(null) as Record<string, Decoded>;
    if (!isMapping(elements)) return decoded;
    for (const key of sortedKeys(elements)) {
      const value = elements[key] as Tree;
      const context = { root, path: [name, key], problems, warn };
      decoded[key] = decodeStruct(value, type, context);
      if (type === service) decodeMuster(value, decoded[key], context);
    }
    return decoded;
  };
  const extensions = Object.create(null) as Record<string, Json>;
  for (const key of sortedKeys(root)) if (key.startsWith('x-')) extensions[key] = toJson(root[key] as Tree);
  // The struct descriptions yield exactly these types; project.ts and structs.ts are kept in step by a test.
  return {
    services: section('services', service) as unknown as Elements['services'],
    networks: section('networks', network) as unknown as Elements['networks'],
    volumes: section('volumes', volume) as unknown as Elements['volumes'],
    secrets: section('secrets', fileObject),
    configs: section('configs', fileObject),
    models: section('models', modelType),
    extensions,
  };
}
