// Where the keys of a TOML text stand. The library gives values without places, so this walks over a text that it has accepted:
// it knows the outlines of TOML (headers, keys, strings, brackets) and need not judge anything.

import type { PathKey } from './tree.ts';

/** Offsets of an entry's key and value, and the entries below it. */
export type TomlSpot = { key: number; value: number; below?: Map<PathKey, TomlSpot> };

export function tomlPlaces(text: string): TomlSpot {
  return new Walker(text).walk();
}

class Walker {
  readonly #text: string;
  readonly #root = spotAt(0);
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  walk(): TomlSpot {
    let table = this.#root;
    for (this.#skipBlank(); this.#at < this.#text.length; this.#skipBlank()) {
      if (this.#text[this.#at] === '[') table = this.#header();
      else this.#keyValue(table);
    }
    return this.#root;
  }

  /** `[a.b]` or `[[a.b]]`: the table that the lines below it belong to. */
  #header(): TomlSpot {
    const isList = this.#text.startsWith('[[', this.#at);
    const start = this.#at;
    this.#at += isList ? 2 : 1;
    const keys = this.#keys();
    this.#at += isList ? 2 : 1;
    const named = keys.reduce((spot, { key, offset }, index) => {
      const next = enter(index === 0 ? spot : lastItem(spot), key, offset);
      return next;
    }, this.#root);
    if (!isList) return lastItem(named);
    return enter(named, sizeOf(named), start);
  }

  #keyValue(table: TomlSpot): void {
    let spot = table;
    for (const { key, offset } of this.#keys()) spot = enter(spot, key, offset);
    this.#at++; // =
    this.#skipSpace();
    this.#value(spot);
  }

  #keys(): { readonly key: string; readonly offset: number }[] {
    const keys: { key: string; offset: number }[] = [];
    for (;;) {
      this.#skipSpace();
      const offset = this.#at;
      keys.push({ key: this.#key(), offset });
      this.#skipSpace();
      if (this.#text[this.#at] !== '.') return keys;
      this.#at++;
    }
  }

  #key(): string {
    const start = this.#at;
    const quote = this.#text[start];
    if (quote !== '"' && quote !== "'") {
      this.#at += /^[A-Za-z0-9_-]*/.exec(this.#text.slice(start, start + 1000))?.[0].length ?? 0;
      // What is no key would be met again and again.
      if (this.#at === start) this.#at++;
      return this.#text.slice(start, this.#at);
    }
    this.#string(quote);
    const body = this.#text.slice(start + 1, this.#at - 1);
    return quote === '"' ? unescaped(body) : body;
  }

  #value(spot: TomlSpot): void {
    spot.value = this.#at;
    const first = this.#text[this.#at];
    if (first === '"' || first === "'") return this.#string(first);
    if (first === '[') return this.#list(spot);
    if (first === '{') return this.#inlineTable(spot);
    while (this.#at < this.#text.length && !',]}#\n'.includes(this.#text[this.#at] as string)) this.#at++;
  }

  #list(spot: TomlSpot): void {
    this.#at++;
    for (this.#skipBlank(); this.#at < this.#text.length && this.#text[this.#at] !== ']'; this.#skipBlank()) {
      if (this.#text[this.#at] === ',') this.#at++;
      else this.#value(enter(spot, sizeOf(spot), this.#at));
    }
    this.#at++;
  }

  #inlineTable(spot: TomlSpot): void {
    this.#at++;
    for (this.#skipBlank(); this.#at < this.#text.length && this.#text[this.#at] !== '}'; this.#skipBlank()) {
      if (this.#text[this.#at] === ',') this.#at++;
      else this.#keyValue(spot);
    }
    this.#at++;
  }

  #string(quote: string): void {
    const isLong = this.#text.startsWith(quote.repeat(3), this.#at);
    const end = isLong ? quote.repeat(3) : quote;
    this.#at += end.length;
    while (this.#at < this.#text.length && !this.#text.startsWith(end, this.#at)) {
      this.#at += quote === '"' && this.#text[this.#at] === '\\' ? 2 : 1;
    }
    this.#at += end.length;
    // Two more quotes may belong to the text of a long string.
    if (isLong) while (this.#text[this.#at] === quote) this.#at++;
  }

  #skipSpace(): void {
    while (this.#text[this.#at] === ' ' || this.#text[this.#at] === '\t') this.#at++;
  }

  #skipBlank(): void {
    for (;;) {
      const char = this.#text[this.#at];
      if (char === '#') {
        const end = this.#text.indexOf('\n', this.#at);
        this.#at = end === -1 ? this.#text.length : end;
      } else if (char === ' ' || char === '\t' || char === '\n' || char === '\r') this.#at++;
      else return;
    }
  }
}

function spotAt(offset: number): TomlSpot {
  return { key: offset, value: offset };
}

function enter(spot: TomlSpot, key: PathKey, offset: number): TomlSpot {
  // Most entries have none below them.
  const below = (spot.below ??= new Map());
  let next = below.get(key);
  if (next === undefined) below.set(key, (next = spotAt(offset)));
  return next;
}

function sizeOf(spot: TomlSpot): number {
  return spot.below?.size ?? 0;
}

/** A header below a list of tables means its last one. */
function lastItem(spot: TomlSpot): TomlSpot {
  return spot.below?.get(sizeOf(spot) - 1) ?? spot;
}

function unescaped(body: string): string {
  try {
    return JSON.parse(`"${body}"`) as string;
  } catch {
    return body;
  }
}
