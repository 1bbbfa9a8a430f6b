import type { ScalarType, Shape } from './shape.ts';

/** What a shape takes, in words: "string, or list of strings". */
export function typeWords(shape: Shape): string {
  return shape.kind === 'either' ? joined(shape.shapes.map(typeWords)) : single(shape);
}

function single(shape: Exclude<Shape, { kind: 'either' }>): string {
  switch (shape.kind) {
    case 'any':
      return 'anything';
    case 'scalar':
      return scalarWords(shape);
    case 'list':
      return `list${itemsOf(shape.items)}`;
    case 'map':
      return 'mapping by name';
    case 'struct':
      return 'mapping';
  }
}

function itemsOf(shape: Shape): string {
  const words = typeWords(shape);
  return words === 'anything' ? '' : ` of ${words.includes(', or ') ? `(${words})` : words}`;
}

function scalarWords(shape: Extract<Shape, { kind: 'scalar' }>): string {
  if (shape.values !== undefined) return shape.values.map((word) => `\`${word}\``).join(', ');
  const types = joined(shape.types.map((type) => names[type]));
  if (shape.minimum === undefined) return types;
  return shape.maximum === undefined ? `${types} from ${shape.minimum}` : `${types} from ${shape.minimum} to ${shape.maximum}`;
}

function joined(words: readonly string[]): string {
  return [...new Set(words)].join(', or ');
}

const names: Readonly<Record<ScalarType, string>> = {
  string: 'string',
  number: 'number',
  integer: 'integer',
  boolean: 'boolean',
  null: 'nothing',
};
