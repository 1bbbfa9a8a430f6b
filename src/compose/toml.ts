// The one place that knows the TOML library. Text in, the same plain trees out as from YAML, with the places of everything.
// TOML has no null and no tags: a table with x-null, x-reset or x-override alone stands for them (docs/guide/toml.md).

import { MusterError } from '#lib/errors.ts';
import { parse, TomlDate, TomlError } from 'smol-toml';
import { rememberEntry, toPlace, type SourceFile } from './places.ts';
import { tomlPlaces, type TomlSpot } from './toml-places.ts';
import { GoFloat, newMapping, Timestamp, type Mapping, type PathKey, type Tree, type TreePath } from './tree.ts';
import type { YamlDocument } from './yaml.ts';

/** Far above real files. */
const maxTextLength = 4 * 1024 * 1024;
const maxDepth = 100;

export function parseToml(file: SourceFile): YamlDocument[] {
  if (file.text.length > maxTextLength) throw tooLarge(file, `${file.name} is larger than ${maxTextLength / 1024 / 1024} MiB`);
  const table = valuesOf(file);
  const converter = new Converter(file);
  const value = converter.table(table, tomlPlaces(file.text));
  return [{ value, resets: converter.resets }];
}

function valuesOf(file: SourceFile): object {
  try {
    return parse(file.text, { integersAsBigInt: true, maxDepth });
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    const lines = file.text.split('\n');
    const source = (lines[cause.line - 1] ?? '').replace(/\r$/, '').slice(0, 400);
    const reason = (cause.message.split('\n')[0] ?? '').replace(/^Invalid TOML document: /, '');
    throw new MusterError('TOML_SYNTAX', `not valid TOML: ${reason}`, {
      place: { file: file.name, line: cause.line, column: cause.column, source },
      hint: tomlHint(source),
      cause,
    });
  }
}

function tomlHint(line: string): string {
  if (/^\s*[\w.-]+\s*:/.test(line)) return 'TOML writes key = "value", and [services.web] above the keys of a service';
  if (/=\s*[A-Za-z/.$]/.test(line) && !/=\s*(?:true|false|inf|nan)\b/.test(line)) return 'put text in quotes: key = "value"';
  return 'check the quotes and brackets on this line';
}

class Converter {
  readonly resets: TreePath[] = [];
  readonly #file: SourceFile;
  readonly #path: PathKey[] = [];

  constructor(file: SourceFile) {
    this.#file = file;
  }

  table(source: object, spot: TomlSpot | undefined): Mapping {
    const mapping = newMapping();
    for (const [key, own] of Object.entries(source)) {
      const below = spot?.below?.get(key);
      const value = this.#entry(own, key, below);
      if (value === dropped) continue;
      mapping[key] = value;
      if (below !== undefined) rememberEntry(mapping, key, this.#file, below.key, below.value);
    }
    return mapping;
  }

  #list(source: readonly unknown[], spot: TomlSpot | undefined): Tree[] {
    const items: Tree[] = [];
    source.forEach((own, index) => {
      const below = spot?.below?.get(index);
      const value = this.#entry(own, index, below);
      if (value === dropped) return;
      if (below !== undefined) rememberEntry(items, items.length, this.#file, below.key, below.value);
      items.push(value);
    });
    return items;
  }

  #entry(own: unknown, key: PathKey, spot: TomlSpot | undefined): Tree | typeof dropped {
    this.#path.push(key);
    if (this.#path.length > maxDepth) {
      throw new MusterError('COMPOSE_TOO_LARGE', `nested deeper than ${maxDepth} levels`, {
        place: toPlace(this.#file, spot?.key ?? 0),
        hint: 'flatten it',
      });
    }
    const value = this.#value(own, spot);
    this.#path.pop();
    return value;
  }

  #value(value: unknown, spot: TomlSpot | undefined): Tree | typeof dropped {
    if (Array.isArray(value)) return this.#list(value, spot);
    if (value instanceof TomlDate) return new Timestamp(value.toISOString().replace(/(?:\.|(?<=\.\d*[1-9]))0+(?=Z|$|[-+])/, ''));
    if (typeof value === 'object' && value !== null) return this.#tableOrMark(value, spot);
    if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
    // Integers are bigints here, so a whole number was written as a float.
    if (typeof value === 'number') return Number.isInteger(value) ? new GoFloat(value) : value;
    return value as string | boolean;
  }

  #tableOrMark(table: object, spot: TomlSpot | undefined): Tree | typeof dropped {
    const [first, ...more] = Object.entries(table);
    if (first === undefined || more.length > 0) return this.table(table, spot);
    const [key, own] = first as [string, unknown];
    if (key === 'x-null' && own === true) return null;
    if (key === 'x-reset' && own === true) {
      this.resets.push([...this.#path]);
      return dropped;
    }
    if (key !== 'x-override') return this.table(table, spot);
    this.resets.push([...this.#path]);
    return this.#value(own, spot?.below?.get(key));
  }
}

/** What stands for a value that is reset. */
const dropped = Symbol('dropped');

function tooLarge(file: SourceFile, message: string): MusterError {
  return new MusterError('COMPOSE_TOO_LARGE', message, {
    hint: 'split it, and name the parts under `include`',
    place: { file: file.name },
  });
}
