/** Text that YAML must see unquoted. */
export class Raw {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Value = null | boolean | number | string | Raw | Value[] | { [key: string]: Value };
