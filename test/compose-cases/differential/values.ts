/** Text that YAML must see as it is. */
export class Raw {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Style = 'plain' | 'single' | 'literal' | 'folded' | 'lines';

/** A string in another style than double quotes. What YAML then reads may be another string: both programs must read the same. */
export class Styled {
  readonly text: string;
  readonly style: Style;
  constructor(text: string, style: Style) {
    this.text = text;
    this.style = style;
  }
}

/** `!reset`, `!override`, `!!str`, `&anchor`: what stands before a value. */
export class Marked {
  readonly mark: string;
  readonly value: Value;
  constructor(mark: string, value: Value) {
    this.mark = mark;
    this.value = value;
  }
}

/** A list or mapping in brackets. */
export class Flow {
  readonly value: Value;
  constructor(value: Value) {
    this.value = value;
  }
}

export type Fields = { [key: string]: Value };
export type Value = null | boolean | number | string | Raw | Styled | Marked | Flow | Value[] | Fields;

export function isFields(value: Value | undefined): value is Fields {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Raw || value instanceof Styled || value instanceof Marked || value instanceof Flow)
  );
}

/** YAML documents as trees, or any other file as its lines. */
export type Content = { readonly documents: readonly Value[] } | { readonly lines: readonly string[] };
export type Files = { readonly [path: string]: Content };
