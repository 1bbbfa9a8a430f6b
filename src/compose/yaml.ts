// The one place that knows the YAML library. Text in, plain trees out, with go-yaml's meaning of scalars, anchors, merge keys and
// duplicate keys, the positions of everything, and the paths that carry Compose's !reset and !override tags.

import { MusterError } from '#lib/errors.ts';
import { EVENT_ID, SCALAR_STYLE, getScalarValue, parseEvents, type Event, type ScalarEvent } from 'js-yaml';
import { copyPlace, rememberEntry, toPlace, type SourceFile } from './places.ts';
import { nearestName } from './nearest.ts';
import { resolvePlain, resolveTagged } from './scalar.ts';
import { syntaxError } from './yaml-error.ts';
import { newMapping, type Mapping, type PathKey, type Tree, type TreePath } from './tree.ts';

export type YamlDocument = {
  readonly value: Tree;
  /** Paths whose earlier value is dropped before this document is merged. */
  readonly resets: readonly TreePath[];
};

/** Larger files are refused: nobody writes them, and reading them takes memory that nobody expects. */
const maxTextLength = 4 * 1024 * 1024;
const maxDepth = 400;
const maxProblems = 200;
/** Nodes that aliases may repeat in one file: far above real files, far below what exhausts memory. */
const maxAliasedNodes = 400_000;

/** Throws a MusterError for the first problem; with `problems`, those that leave the rest intact are added there instead. */
export function parseYaml(file: SourceFile, problems: MusterError[] | null = null): YamlDocument[] {
  if (file.text.length > maxTextLength) {
    throw new MusterError('COMPOSE_TOO_LARGE', `${file.name} is larger than ${maxTextLength / 1024 / 1024} MiB`, {
      hint: 'split it, and name the parts under `include`',
      place: { file: file.name },
    });
  }
  const zero = file.text.indexOf('\0');
  if (zero !== -1) {
    throw new MusterError('YAML_SYNTAX', 'not text: it has a null byte', {
      hint: 'name a Compose file',
      place: toPlace(file, zero),
    });
  }
  checkDirectives(file);
  return new Builder(file, eventsOf(file), problems).documents();
}

/** go-yaml knows two directives, and one version. */
function checkDirectives(file: SourceFile): void {
  if (!file.text.startsWith('%') && !file.text.includes('\n%')) return;
  for (const { 0: line, index } of file.text.matchAll(/.*\S.*/g)) {
    if (!/^\s*(?:[%#].*)?$/.test(line)) return;
    if (!line.startsWith('%') || /^%(?:YAML[ \t]+1\.1|TAG[ \t].*)\s*(?:#.*)?$/.test(line)) continue;
    throw new MusterError('YAML_SYNTAX', `"${line.trim()}" is not a directive that is known here`, {
      hint: 'remove the line',
      place: toPlace(file, index),
    });
  }
}

function eventsOf(file: SourceFile): Event[] {
  try {
    return parseEvents(file.text, { maxDepth });
  } catch (cause) {
    throw syntaxError(file, cause, maxDepth);
  }
}

type Anchor = { readonly index: number };

class Builder {
  readonly #file: SourceFile;
  readonly #events: readonly Event[];
  #next = 0;
  #anchors = new Map<string, Anchor>();
  #open = new Set<number>();
  #path: PathKey[] = [];
  #resets: TreePath[] = [];
  #aliasDepth = 0;
  #isOverriding = false;
  #aliasedNodes = 0;

  readonly #problems: MusterError[] | null;

  constructor(file: SourceFile, events: readonly Event[], problems: MusterError[] | null) {
    this.#problems = problems;
    this.#file = file;
    this.#events = events;
  }

  documents(): YamlDocument[] {
    const documents: YamlDocument[] = [];
    while (this.#next < this.#events.length) {
      this.#next++; // DOCUMENT
      this.#anchors = new Map();
      this.#resets = [];
      const isEmpty = this.#peek().type === EVENT_ID.POP;
      const value = isEmpty ? null : this.#node();
      this.#next++; // POP
      documents.push({ value: value === dropped ? null : value, resets: this.#resets });
    }
    return documents;
  }

  /** For what can be left out so that the rest is still understood. */
  #report(problem: MusterError): void {
    // A file with that many is not looked at any further.
    if (this.#problems === null || this.#problems.length > maxProblems) throw problem;
    this.#problems.push(problem);
  }

  #peek(): Event {
    // The parser closes everything that it opens, so there is always a next event while a document is open.
    return this.#events[this.#next] as Event;
  }

  #node(): Tree | typeof dropped {
    const index = this.#next;
    const event = this.#peek();
    this.#next++;
    if (this.#aliasDepth > 0 && ++this.#aliasedNodes > maxAliasedNodes) {
      throw this.#error(
        startOf(event),
        'COMPOSE_TOO_LARGE',
        'aliases repeat too much',
        'write it out, or use fewer aliases in aliases',
      );
    }
    if (event.type === EVENT_ID.ALIAS)
      return this.#alias(this.#file.text.slice(event.anchorStart, event.anchorEnd), event.anchorStart);
    if (event.type !== EVENT_ID.SCALAR && event.type !== EVENT_ID.SEQUENCE && event.type !== EVENT_ID.MAPPING) return null;
    if (event.anchorStart >= 0) this.#anchors.set(this.#file.text.slice(event.anchorStart, event.anchorEnd), { index });
    const tag = event.tagStart < 0 ? '' : this.#file.text.slice(event.tagStart, event.tagEnd);
    if (tag !== '' && !/^(?:\s|$)/.test(this.#file.text.slice(event.tagEnd, event.tagEnd + 1)))
      throw this.#error(event.tagStart, 'YAML_SYNTAX', `the tag ${tag} runs into what follows it`, 'write a space after it');
    // Below an !override, tags mean nothing: the whole value replaces what was there.
    const isReset = tag === '!reset' && !this.#isOverriding;
    const isOverride = tag === '!override' && !this.#isOverriding;
    if (isReset || isOverride) this.#resets.push(this.#path.filter((key) => key !== mergeKey));
    if (isReset) {
      this.#skip(index);
      return dropped;
    }
    if (event.type === EVENT_ID.SCALAR) return this.#scalar(event, tag);
    this.#open.add(index);
    if (isOverride) this.#isOverriding = true;
    const value = event.type === EVENT_ID.SEQUENCE ? this.#sequence() : this.#mapping();
    if (isOverride) this.#isOverriding = false;
    this.#open.delete(index);
    return value;
  }

  #skip(index: number): void {
    let depth = 0;
    this.#next = index;
    do {
      const { type } = this.#peek();
      if (type === EVENT_ID.SEQUENCE || type === EVENT_ID.MAPPING) depth++;
      if (type === EVENT_ID.POP) depth--;
      this.#next++;
    } while (depth > 0);
  }

  #alias(name: string, offset: number): Tree | typeof dropped {
    const anchor = this.#anchors.get(name);
    if (anchor === undefined) {
      const near = nearestName(name, [...this.#anchors.keys()]);
      this.#report(
        this.#error(
          offset,
          'YAML_SYNTAX',
          `*${name} refers to an anchor that is not defined above`,
          near === null ? `write &${name} before the value to repeat` : `did you mean *${near}?`,
        ),
      );
      return dropped;
    }
    if (this.#open.has(anchor.index)) {
      throw this.#error(
        offset,
        'COMPOSE_CYCLE',
        `*${name} contains itself`,
        'take the alias out of the value that its anchor names',
      );
    }
    const back = this.#next;
    this.#next = anchor.index;
    this.#aliasDepth++;
    const value = this.#node();
    this.#aliasDepth--;
    this.#next = back;
    return value;
  }

  #scalar(event: ScalarEvent, tag: string): Tree {
    const text = event.valueStart < 0 ? '' : getScalarValue(this.#file.text, event);
    const name = shortTag(tag);
    if (name === '') return event.style === SCALAR_STYLE.PLAIN ? resolvePlain(text) : text;
    const resolved = resolveTagged(name, text);
    if (resolved !== null) return resolved.value;
    this.#report(this.#error(startOf(event), 'YAML_SYNTAX', `"${text}" is not a !!${name}`, `take the tag away`));
    return text;
  }

  #sequence(): Tree[] {
    const items: Tree[] = [];
    for (let at = 0; this.#peek().type !== EVENT_ID.POP; at++) {
      const offset = startOf(this.#peek());
      this.#path.push(at);
      const value = this.#node();
      this.#path.pop();
      if (value === dropped) continue;
      rememberEntry(items, items.length, this.#file, offset, offset);
      items.push(value);
    }
    this.#next++;
    return items;
  }

  #mapping(): Mapping {
    const own = newMapping();
    const lines = new Map<string, number>();
    const merged: { readonly value: Tree; readonly offset: number }[] = [];
    while (this.#peek().type !== EVENT_ID.POP) {
      const offset = startOf(this.#peek());
      const key = this.#key();
      const before = lines.get(key);
      if (before !== undefined) {
        const { line } = toPlace(this.#file, before);
        const message = `"${key}" is already defined at line ${line}`;
        this.#path.push(key);
        this.#report(this.#error(offset, 'YAML_SYNTAX', message, 'remove one of the two'));
        this.#path.pop();
        this.#skip(this.#next);
        continue;
      }
      lines.set(key, offset);
      this.#path.push(key);
      const next = startOf(this.#peek());
      const value = this.#node();
      this.#path.pop();
      if (value === dropped) continue;
      if (key === mergeKey) {
        merged.push({ value, offset });
        continue;
      }
      own[key] = value;
      rememberEntry(own, key, this.#file, offset, next > offset ? next : offset);
    }
    this.#next++;
    for (const { value, offset } of merged) this.#mergeInto(own, value, offset);
    return own;
  }

  #key(): string {
    const event = this.#peek();
    if (event.type === EVENT_ID.SCALAR && event.style === SCALAR_STYLE.PLAIN && event.tagStart < 0) {
      const text = event.valueStart < 0 ? '' : getScalarValue(this.#file.text, event);
      if (text === mergeKey) {
        this.#next++;
        return mergeKey;
      }
    }
    const offset = startOf(event);
    const value = this.#node();
    if (typeof value === 'string') return value;
    throw this.#error(offset, 'COMPOSE_INVALID', 'a key is not a string', 'put the key in quotes');
  }

  /** YAML's merge key: what the mapping says itself wins; of several mappings, the earlier. */
  #mergeInto(target: Mapping, source: Tree, offset: number): void {
    if (Array.isArray(source)) {
      for (const item of source) this.#mergeInto(target, Array.isArray(item) ? null : item, offset);
      return;
    }
    if (source === null || typeof source !== 'object') {
      const hint = 'name an anchor of a mapping: <<: *name';
      this.#report(this.#error(offset, 'YAML_SYNTAX', '<< needs a mapping or a list of mappings', hint));
      return;
    }
    const mapping = source as Mapping;
    for (const key of Object.keys(mapping)) {
      if (key in target) continue;
      target[key] = mapping[key] as Tree;
      copyPlace(mapping, key, target, key);
    }
  }

  #error(
    offset: number,
    code: 'YAML_SYNTAX' | 'COMPOSE_INVALID' | 'COMPOSE_TOO_LARGE' | 'COMPOSE_CYCLE',
    message: string,
    hint: string,
  ): MusterError {
    return new MusterError(code, message, { place: toPlace(this.#file, Math.max(0, offset)), path: [...this.#path], hint });
  }
}

const mergeKey = '<<';
/** What stands for a node that carries !reset. */
const dropped = Symbol('dropped');

function startOf(event: Event): number {
  if (event.type === EVENT_ID.SCALAR) {
    const isQuoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
    return event.valueStart >= 0 ? event.valueStart - (isQuoted ? 1 : 0) : Math.max(event.tagStart, event.anchorStart, 0);
  }
  if (event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.MAPPING) return event.start;
  return event.type === EVENT_ID.ALIAS ? event.anchorStart - 1 : 0;
}

/** `!!int` -> `int`; a lone `!` means nothing. A scalar with any other tag, `!override` too, is a string to go-yaml. */
function shortTag(tag: string): string {
  const match = /^(?:!!|!<tag:yaml\.org,2002:)(null|bool|int|float|binary|timestamp)>?$/.exec(tag);
  if (match !== null) return match[1] ?? '';
  return tag === '' || tag === '!' ? '' : 'str';
}
