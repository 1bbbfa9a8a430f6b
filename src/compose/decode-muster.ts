// A service's `x-muster` in the form of model/muster-extension.ts. It is printed in that form, too; Docker Compose prints it as written.

import type { Json } from '#lib/canonical-json.ts';
import { type DecodeContext, type Decoded, decodeStruct } from './decode.ts';
import { port } from './struct-parts.ts';
import { field, listOf, nested, pointer, structOf } from './struct-types.ts';
import { toJson } from './to-json.ts';
import { isMapping, scalarText, type Mapping, type Tree } from './tree.ts';

const process = structOf(
  {
    command: pointer('command'),
    working_dir: field('text'),
    environment: field('mappingOrNull'),
    user: field('text'),
    nice: field('int'),
    ports: pointer(listOf(port)),
    ignore: field('texts'),
  },
  false,
);
const probe = structOf({ http: field('text'), status: field('int'), tcp: field('int') }, false);
const health = structOf({ interval: field('duration'), timeout: field('duration'), retries: field('int') }, false);
const muster = structOf({ runtime: field('text'), host: field('text'), process: nested(process), health: nested(probe) }, false);

/** Replaces it in `decoded`, the typed form of the service. */
export function decodeMuster(service: Tree, decoded: Decoded, context: DecodeContext): void {
  const value = isMapping(service) ? service['x-muster'] : undefined;
  if (!isMapping(value)) return;
  context.path.push('x-muster');
  const typed = decodeStruct(value, muster, context);
  if (isMapping(value['remote'])) typed['remote'] = decodeRemote(value['remote'], context);
  decoded['x-muster'] = typed;
  context.path.pop();
}

/** A single status is as good as a list, and a number as a text: a version 1.20 is no number. */
function decodeRemote(
  { expected_status: status, expected_version: version, headers, ...rest }: Mapping,
  context: DecodeContext,
): Decoded {
  const decoded: Decoded = {};
  for (const [key, value] of Object.entries(rest)) decoded[key] = key === 'health' ? decodeHealth(value, context) : toJson(value);
  if (status !== undefined) decoded['expected_status'] = (Array.isArray(status) ? status : [status]).map(scalarText);
  if (isMapping(version)) decoded['expected_version'] = texts(version);
  if (isMapping(headers)) decoded['headers'] = texts(headers);
  return decoded;
}

function decodeHealth(value: Tree, context: DecodeContext): Json {
  context.path.push('remote', 'health');
  const decoded = decodeStruct(value, health, context);
  context.path.splice(-2);
  return decoded;
}

function texts(mapping: Mapping): Json {
  return Object.fromEntries(
    Object.entries(mapping).map(([key, value]) => [key, isMapping(value) ? texts(value) : scalarText(value)]),
  );
}
