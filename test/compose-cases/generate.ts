// Random Compose files: mostly plausible, sometimes odd, made from the very shapes that the loader checks. Values are trees; a
// `Raw` is text that YAML must see unquoted.

import type { Shape } from '#compose/shapes/shape.ts';
import { projectFields } from '#compose/shapes/project.ts';
import { pool } from './pools.ts';
import { Raw, type Value } from './values.ts';

export type Files = { readonly [name: string]: { [key: string]: Value } };

/** A pseudo-random sequence that a seed repeats (mulberry32). */
export class Dice {
  #state: number;
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }
  chance(probability: number): boolean {
    return this.next() < probability;
  }
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }
  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }
}

const odd: readonly Value[] = [
  null,
  true,
  false,
  0,
  -1,
  1,
  1.5,
  '',
  'x',
  [],
  {},
  ['x'],
  { x: 'y' },
  '${N}',
  '${UNSET}',
  '${E-d}',
  '$$x',
  new Raw('0440'),
  new Raw('1e3'),
  new Raw('08'),
  new Raw('~'),
  new Raw('1_000'),
  new Raw('yes'),
  ' x',
  'x ',
  'a: b',
  '#x',
  'é',
  '- x',
  '3',
  '1.5',
  'true',
  'null',
  'a=b',
  'a=b=c',
  '=',
  'a:b:c',
];

export type Style = { readonly oddity: number; readonly keys: number };

export function generateFiles(dice: Dice): Files {
  const style: Style = { oddity: dice.chance(0.5) ? 0 : 0.03, keys: 1 + dice.below(7) };
  const files: { [name: string]: { [key: string]: Value } } = { 'compose.yaml': generateFile(dice, style, true) };
  if (dice.chance(0.4)) files['override.yaml'] = generateFile(dice, style, false);
  files['base.yaml'] = { services: { base: generateService(dice, style, true) } };
  if (dice.chance(0.1)) (files['compose.yaml'] as { [key: string]: Value })['include'] = ['base.yaml'];
  return files;
}

const names = ['web', 'db', 'a.b'] as const;

function generateFile(dice: Dice, style: Style, isFirst: boolean): { [key: string]: Value } {
  const file: { [key: string]: Value } = {};
  const services: { [key: string]: Value } = {};
  for (const name of names) {
    if (!isFirst && dice.chance(0.4)) continue;
    if (isFirst && name === 'a.b' && dice.chance(0.7)) continue;
    services[name] = generateService(dice, style, isFirst);
    if (isFirst && name === 'web' && dice.chance(0.15))
      Object.assign(services[name] as object, {
        extends: dice.pick<Value>(['db', { service: 'db' }, { file: 'base.yaml', service: 'base' }]),
      });
  }
  file['services'] = services;
  for (const section of ['networks', 'volumes', 'secrets', 'configs', 'models'] as const) {
    const shape = projectFields[section];
    if (shape?.kind !== 'map') continue;
    if (!isFirst && dice.chance(0.7)) continue;
    const elements: { [key: string]: Value } = {};
    for (const name of topLevelNames[section]) {
      if (isFirst || dice.chance(0.5))
        elements[name] = dice.chance(0.85) ? plainElement(section) : generate(shape.values, section, dice, style);
    }
    file[section] = elements;
  }
  if (dice.chance(0.1)) file['x-top'] = dice.pick(odd);
  if (dice.chance(0.05)) file['name'] = dice.pick(['my-app', 'My App', '${N}', '']);
  return file;
}

const topLevelNames = {
  networks: ['net', 'default'],
  volumes: ['vol'],
  secrets: ['sec'],
  configs: ['con'],
  models: ['mod'],
} as const;

function plainElement(section: keyof typeof topLevelNames): Value {
  if (section === 'models') return { model: 'm' };
  return section === 'secrets' || section === 'configs' ? { file: './f' } : null;
}

function generateService(dice: Dice, style: Style, isFirst: boolean): Value {
  const shape = projectFields['services'];
  if (shape?.kind !== 'map' || shape.values.kind !== 'struct') throw new Error('services have another shape now');
  const keys = Object.keys(shape.values.fields).filter((key) => key !== 'extends' && key !== 'include');
  const service: { [key: string]: Value } = isFirst ? { image: 'x' } : {};
  for (let count = 0; count < style.keys; count++) {
    const key = dice.pick(keys);
    service[key] = generate(shape.values.fields[key] as Shape, key, dice, style);
  }
  if (dice.chance(0.05)) service['x-own'] = dice.pick(odd);
  if (dice.chance(style.oddity)) service['unknown'] = 1;
  return service;
}

function generate(shape: Shape, key: string, dice: Dice, style: Style): Value {
  if (dice.chance(style.oddity)) return dice.pick(odd);
  const known = pool(key);
  if (known !== null && shape.kind !== 'struct' && shape.kind !== 'either' && shape.kind !== 'list' && shape.kind !== 'map')
    return dice.pick(known);
  switch (shape.kind) {
    case 'any':
      return dice.pick(['x', 1]);
    case 'scalar':
      return scalar(shape, dice);
    case 'list':
      return Array.from({ length: dice.below(3) + (dice.chance(0.9) ? 1 : 0) }, () => item(shape.items, key, dice, style));
    case 'map':
      return Object.fromEntries(
        Array.from({ length: 1 + dice.below(2) }, () => [mapKey(key, dice), generate(shape.values, `${key}.*`, dice, style)]),
      );
    case 'struct':
      return struct(shape, dice, style);
    case 'either':
      return generate(dice.pick(shape.shapes), key, dice, style);
  }
}

function item(shape: Shape, key: string, dice: Dice, style: Style): Value {
  if (shape.kind === 'either') return item(dice.pick(shape.shapes), key, dice, style);
  const known = pool(`${key}[]`) ?? pool(key);
  return shape.kind === 'scalar' && known !== null && !dice.chance(style.oddity)
    ? dice.pick(known)
    : generate(shape, key, dice, style);
}

function mapKey(key: string, dice: Dice): string {
  if (key === 'networks') return dice.pick(['net', 'default']);
  if (key === 'depends_on') return dice.pick(['db', 'web']);
  if (key === 'models') return 'mod';
  return key === 'ulimits' ? dice.pick(['nofile', 'nproc']) : dice.pick(['A', 'B', 'a.b', 'N', 'long_name']);
}

function struct(shape: Extract<Shape, { kind: 'struct' }>, dice: Dice, style: Style): Value {
  const value: { [key: string]: Value } = {};
  for (const [key, own] of Object.entries(shape.fields)) {
    if (shape.required.includes(key) ? dice.chance(1 - style.oddity) : dice.chance(0.4))
      value[key] = generate(own, key, dice, style);
  }
  if (shape.extensible && dice.chance(0.03)) value['x-inner'] = dice.pick(odd);
  return value;
}

function scalar(shape: Extract<Shape, { kind: 'scalar' }>, dice: Dice): Value {
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
        ? dice.pick(['true', 'false'])
        : dice.pick(shape.types.length > 1 ? ['1', '2'] : ['x', 'y z', '$$', '${N}']);
  }
}
