// Random services and resources, mostly plausible, made from the very shapes that the loader checks.

import { projectFields } from '#compose/shapes/project.ts';
import type { Shape } from '#compose/shapes/shape.ts';
import type { Dice } from './dice.ts';
import { odd } from './odd.ts';
import { plausible } from './pools.ts';
import { Raw, type Fields, type Value } from './values.ts';

export type Section = 'networks' | 'volumes' | 'secrets' | 'configs' | 'models';

/** Of one application: how often a value is of any kind, how many keys a service has, which keys are asked for more often. */
export type Manner = { readonly oddity: number; readonly keys: number; readonly favourites: readonly string[] };

export function serviceKeys(): string[] {
  return Object.keys(fieldsOf('services')).filter((key) => key !== 'extends');
}

export function makeService(dice: Dice, manner: Manner): Fields {
  const fields = fieldsOf('services');
  const keys = serviceKeys();
  const service: Fields = {};
  for (let count = 0; count < manner.keys; count++) {
    const key = dice.chance(0.6) ? dice.pick(manner.favourites) : dice.pick(keys);
    service[key] = make(fields[key] as Shape, 'service', key, dice, manner);
  }
  if (dice.chance(0.03)) service['x-own'] = dice.pick(odd);
  if (dice.chance(manner.oddity)) service['unknown'] = 1;
  return service;
}

export function makeResource(section: Section, dice: Dice, manner: Manner): Value {
  return make(
    { kind: 'struct', fields: fieldsOf(section), required: [], extensible: true, extensions: {}, nullable: false },
    '',
    section,
    dice,
    manner,
  );
}

function fieldsOf(section: string): Readonly<Record<string, Shape>> {
  const shape = projectFields[section];
  if (shape?.kind !== 'map' || shape.values.kind !== 'struct') throw new Error(`${section} have another shape now`);
  return shape.values.fields;
}

function make(shape: Shape, parent: string, key: string, dice: Dice, manner: Manner): Value {
  if (dice.chance(manner.oddity)) return dice.pick(odd);
  switch (shape.kind) {
    case 'any':
    case 'scalar':
      return plausible(parent, key, dice)?.value ?? scalar(shape, dice);
    case 'list':
      return Array.from({ length: dice.below(4) + (dice.chance(0.92) ? 1 : 0) }, () =>
        make(shape.items, key, `${key}[]`, dice, manner),
      );
    case 'map':
      return Object.fromEntries(
        Array.from({ length: 1 + dice.below(3) }, () => [mapKey(key, dice), make(shape.values, key, `${key}.*`, dice, manner)]),
      );
    case 'struct':
      return struct(shape, key.replace(/(?:\[\]|\.\*)$/, ''), dice, manner);
    case 'either':
      return make(dice.pick(shape.shapes), parent, key, dice, manner);
  }
}

const mapKeys: Readonly<Record<string, readonly string[]>> = {
  networks: ['net', 'default', 'net2'],
  depends_on: ['db', 'cache', 'web'],
  models: ['mod'],
  ulimits: ['nofile', 'nproc', 'nofile'],
  ssh: ['default', 'id'],
  extra_hosts: ['a', 'b.c', 'd'],
  environment: ['A', 'B', 'a.b', 'N', 'UNSET', 'lower', '${N}', 'D', 'X Y', '1', 'A=B'],
  args: ['A', 'N', 'UNSET', 'D', 'HTTP_PROXY'],
};

function mapKey(key: string, dice: Dice): string {
  return dice.pick(mapKeys[key] ?? ['A', 'B', 'a.b', 'N', 'long_name', 'a-y', 'a/b', '$N']);
}

function struct(shape: Extract<Shape, { kind: 'struct' }>, key: string, dice: Dice, manner: Manner): Value {
  const value: Fields = {};
  const often = dice.pick([0.15, 0.4, 0.4, 0.8]);
  for (const [name, own] of Object.entries(shape.fields)) {
    if (shape.required.includes(name) ? dice.chance(1 - manner.oddity) : dice.chance(often))
      value[name] = make(own, key, name, dice, manner);
  }
  if (shape.extensible && dice.chance(0.03)) value['x-inner'] = dice.pick(odd);
  return value;
}

function scalar(shape: Shape, dice: Dice): Value {
  if (shape.kind !== 'scalar') return dice.pick(['x', 1, ['y'], { z: true }]);
  if (shape.values !== undefined) return dice.pick(shape.values);
  switch (dice.pick(shape.types)) {
    case 'null':
      return null;
    case 'boolean':
      return dice.chance(0.5);
    case 'integer':
      return dice.pick([0, 1, 2, 64]);
    case 'number':
      return dice.pick([0, 1, 2.5, new Raw('1e3')]);
    case 'string':
      return shape.types.includes('boolean')
        ? dice.pick(['true', 'false', 'yes', 'off', 'True', '1', '${TRUE}'])
        : dice.pick(shape.types.length > 1 ? ['1', '2', '${N}'] : ['x', 'y z', '$$', '${N}', '1']);
  }
}
