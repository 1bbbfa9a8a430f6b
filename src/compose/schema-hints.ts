// What to do about a schema problem: the guess that a person looking at the line would make.

import { nearestName } from './nearest.ts';
import type { Shape } from './shapes/shape.ts';
import { isMapping, isNumber, scalarText, type PathKey, type Tree } from './tree.ts';

type Hint = { readonly hint?: string };

export function hintForScalar(value: Tree, shape: Extract<Shape, { kind: 'scalar' }>, path: readonly PathKey[]): Hint {
  if (value === null) return { hint: 'give it a value, or remove the key' };
  if (path.at(-2) === 'depends_on' && isMapping(value))
    return { hint: 'a list has names only; to give conditions write a mapping: <name>: { condition: … } for each' };
  if (typeof value === 'object' && isPlainText(shape))
    return { hint: 'write one plain value; text with signs in it needs quotes' };
  const wantsText = shape.types.length === 1 && shape.types[0] === 'string';
  if (!wantsText) return {};
  if (isNumber(value) && durations.has(String(path.at(-1)))) return { hint: `write it with a unit: ${scalarText(value)}s` };
  return isNumber(value) || typeof value === 'boolean' ? { hint: `put it in quotes: "${scalarText(value)}"` } : {};
}

function isPlainText(shape: Extract<Shape, { kind: 'scalar' }>): boolean {
  return shape.types.includes('string');
}

export function hintForList(value: Tree): Hint {
  if (value === null) return { hint: 'add items, each on a line that starts with "- ", or remove the key' };
  const isScalar = typeof value !== 'object' || isNumber(value);
  return isScalar ? { hint: `write it as a list: ["${scalarText(value)}"]` } : { hint: 'put "- " in front of each item' };
}

const durations = new Set([
  'interval',
  'timeout',
  'start_period',
  'start_interval',
  'stop_grace_period',
  'delay',
  'monitor',
  'window',
]);

export function hintForMapping(value: Tree, path: readonly PathKey[]): Hint {
  const colon = typeof value === 'string' ? /^([A-Za-z_]+):(\S.*)$/.exec(value) : null;
  if (colon !== null) return { hint: `put a space after the colon: ${colon[1] ?? ''}: ${colon[2] ?? ''}` };
  if (value === null) return { hint: 'indent what belongs to it by two more spaces, or remove the key' };
  const example = path.length === 1 && path[0] === 'services' ? 'web' : 'name';
  return Array.isArray(value) ? { hint: `write "${example}:" instead of "- ${example}:"` } : {};
}

export function hintForKey(key: string, value: Tree, fields: Readonly<Record<string, Shape>>, path: readonly PathKey[]): string {
  const isService = path.length === 2 && path[0] === 'services';
  if (isService && Object.hasOwn(placeInService, key)) return placeInService[key] ?? '';
  const looksLikeService = isMapping(value) && ('image' in value || 'build' in value);
  if (path.length === 0 && looksLikeService) return `put "${key}" below services:, indented by two spaces`;
  const near = nearestName(key, Object.keys(fields));
  if (near !== null) return `did you mean "${near}"?`;
  if (path.length === 0 && inServices.has(key)) return 'put it below services: <name>:';
  const known = Object.keys(fields);
  if (known.length <= 12) return `known here: ${known.join(', ')}`;
  return 'remove it, or name it x-… when it is for other tools';
}

const inServices = new Set(['image', 'build', 'ports', 'environment', 'command', 'depends_on', 'restart']);

const placeInService: Readonly<Record<string, string>> = {
  dockerfile: 'put it below build:, as build: { context: ., dockerfile: … }',
  context: 'put it below build:',
  args: 'put it below build:',
  target: 'put it below build:',
  replicas: 'put it below deploy:, or use scale:',
  resources: 'put it below deploy:',
  memory: 'use mem_limit:, or deploy: resources: limits: memory:',
  net: 'use network_mode:',
  volume_driver: 'set driver: on the volume, below the top-level volumes:',
  log_driver: 'use logging: { driver: … }',
  log_opt: 'use logging: { options: … }',
};
