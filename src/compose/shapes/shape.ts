// A small language for what a Compose file may contain: enough for the Compose Specification, and small enough that every problem
// can be named in words.

export type ScalarType = 'string' | 'number' | 'integer' | 'boolean' | 'null';

export type Shape =
  | { readonly kind: 'any' }
  | {
      readonly kind: 'scalar';
      readonly types: readonly ScalarType[];
      readonly values?: readonly string[];
      readonly pattern?: RegExp;
      /** What a text that the pattern refuses should look like. */
      readonly example?: string;
      readonly minimum?: number;
      readonly maximum?: number;
    }
  | { readonly kind: 'list'; readonly items: Shape; readonly unique: boolean }
  | {
      readonly kind: 'map';
      readonly keys: RegExp;
      readonly values: Shape;
      /** Keys that do not fit are let through. */ readonly open: boolean;
    }
  | {
      readonly kind: 'struct';
      readonly fields: Readonly<Record<string, Shape>>;
      readonly required: readonly string[];
      /** `x-*` keys are allowed. */
      readonly extensible: boolean;
      /** Those among them that are checked all the same. */
      readonly extensions: Readonly<Record<string, Shape>>;
      readonly nullable: boolean;
    }
  | { readonly kind: 'either'; readonly shapes: readonly Shape[] };

export const any: Shape = { kind: 'any' };
export const text = scalar('string');
export const flag = scalar('boolean', 'string');
export const integer = scalar('integer', 'string');
export const number = scalar('number', 'string');

export function scalar(...types: ScalarType[]): Shape {
  return { kind: 'scalar', types };
}

export function oneOfWords(...values: string[]): Shape {
  return { kind: 'scalar', types: ['string'], values };
}

export function matching(pattern: RegExp, example?: string): Shape {
  return { kind: 'scalar', types: ['string'], pattern, ...(example === undefined ? {} : { example }) };
}

export function between(minimum: number, maximum?: number): Shape {
  return either(text, { kind: 'scalar', types: ['integer'], minimum, ...(maximum === undefined ? {} : { maximum }) });
}

export function list(items: Shape): Shape {
  return { kind: 'list', items, unique: false };
}

export function set(items: Shape): Shape {
  return { kind: 'list', items, unique: true };
}

export function mapOf(values: Shape, keys: RegExp = /.+/, open = false): Shape {
  return { kind: 'map', keys, values, open };
}

type StructOptions = {
  readonly required?: readonly string[];
  readonly extensible?: boolean;
  readonly extensions?: Readonly<Record<string, Shape>>;
  readonly nullable?: boolean;
};

export function struct(fields: Readonly<Record<string, Shape>>, options: StructOptions = {}): Shape {
  return {
    kind: 'struct',
    fields,
    required: options.required ?? [],
    extensible: options.extensible ?? true,
    extensions: options.extensions ?? {},
    nullable: options.nullable ?? false,
  };
}

export function either(...shapes: Shape[]): Shape {
  return { kind: 'either', shapes };
}
