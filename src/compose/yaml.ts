// YAML in, plain trees out, with go-yaml's meaning of scalars, anchors, merge keys and duplicate keys, the positions of everything,
// and the paths that carry Compose's !reset and !override tags.

import { MusterError } from '#lib/errors.ts';
import { eventsOf, type Event, type ScalarEvent } from './go-yaml/events.ts';
import { rememberEntry, toPlace, type SourceFile } from './places.ts';
import { isMergeKey, mergeInto, mergeKey } from './merge-key.ts';
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
  return new Builder(file, readEvents(file), problems).documents();
}

function readEvents(file: SourceFile): Event[] {
  try {
    return eventsOf(file.text, maxDepth);
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
      this.#next++; // its start
      this.#anchors = new Map();
      this.#resets = [];
      const value = this.#node();
      this.#next++; // its end
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

  /** `isMerged`: it is what a merge key has. */
  #node(isMerged = false): Tree | typeof dropped {
    const index = this.#next;
    const event = this.#peek();
    this.#next++;
    if (this.#aliasDepth > 0 && ++this.#aliasedNodes > maxAliasedNodes) {
      throw this.#error(
        event.at,
        'COMPOSE_TOO_LARGE',
        'aliases repeat too much',
        'write it out, or use fewer aliases in aliases',
      );
    }
    if (event.kind === 'alias') return this.#alias(event.name, event.at + 1, isMerged);
    if (event.kind === 'document' || event.kind === 'end') return null;
    const { anchor, tag } = event;
    if (anchor !== null) this.#anchors.set(anchor, { index });
    // Below an !override, tags mean nothing: the whole value replaces what was there.
    const isReset = tag === '!reset' && !this.#isOverriding;
    const isOverride = tag === '!override' && !this.#isOverriding;
    if (isReset || isOverride) this.#resets.push(this.#path.filter((key) => key !== mergeKey));
    if (isReset) {
      this.#skip(index);
      return dropped;
    }
    if (event.kind === 'scalar') return this.#scalar(event);
    this.#open.add(index);
    if (isOverride) this.#isOverriding = true;
    const value = event.kind === 'sequence' ? this.#sequence(isMerged) : this.#mapping(isMerged);
    if (isOverride) this.#isOverriding = false;
    this.#open.delete(index);
    return value;
  }

  #skip(index: number): void {
    let depth = 0;
    this.#next = index;
    do {
      const { kind } = this.#peek();
      if (kind === 'sequence' || kind === 'mapping') depth++;
      if (kind === 'end') depth--;
      this.#next++;
    } while (depth > 0);
  }

  #alias(name: string, offset: number, isMerged: boolean): Tree | typeof dropped {
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
    const value = this.#node(isMerged);
    this.#aliasDepth--;
    this.#next = back;
    return value;
  }

  #scalar({ at, text, tag, isPlain }: ScalarEvent): Tree {
    const name = shortTag(tag);
    if (name === '') return isPlain ? resolvePlain(text) : text;
    const resolved = resolveTagged(name, text);
    if (resolved !== null) return resolved.value;
    this.#report(this.#error(at, 'YAML_SYNTAX', `"${text}" is not a !!${name}`, `take the tag away`));
    return text;
  }

  #sequence(isMerged: boolean): Tree[] {
    const items: Tree[] = [];
    for (let at = 0; this.#peek().kind !== 'end'; at++) {
      const offset = this.#peek().at;
      this.#path.push(at);
      const value = this.#node(isMerged);
      this.#path.pop();
      if (value === dropped) continue;
      rememberEntry(items, items.length, this.#file, offset, offset);
      items.push(value);
    }
    this.#next++;
    return items;
  }

  #mapping(isMerged: boolean): Mapping {
    const own = newMapping();
    const lines = new Map<string, number>();
    const merged: { readonly value: Tree; readonly offset: number }[] = [];
    while (this.#peek().kind !== 'end') {
      const offset = this.#peek().at;
      const isMerge = isMergeKey(this.#peek());
      const spelling = this.#spelling();
      const key = this.#key(isMerged);
      const before = lines.get(spelling);
      if (before !== undefined) {
        const { line } = toPlace(this.#file, before);
        const message = `"${spelling}" is already defined at line ${line}`;
        this.#path.push(spelling);
        this.#report(this.#error(offset, 'YAML_SYNTAX', message, 'remove one of the two'));
        this.#path.pop();
        this.#skip(this.#next);
        continue;
      }
      lines.set(spelling, offset);
      this.#path.push(typeof key === 'string' ? key : spelling);
      const next = this.#peek().at;
      const value = this.#node(isMerge);
      this.#path.pop();
      if (value === dropped || key === dropped) continue;
      if (key === null) throw this.#error(offset, 'COMPOSE_INVALID', 'a key is not a string', 'put the key in quotes');
      if (isMerge) {
        merged.push({ value, offset });
        continue;
      }
      // Only an alias can repeat a key that is there: then the last counts, save in what is merged.
      if (isMerged && key in own) continue;
      own[key] = value;
      rememberEntry(own, key, this.#file, offset, next > offset ? next : offset);
    }
    this.#next++;
    for (const { value, offset } of merged) {
      const hint = 'name an anchor of a mapping: <<: *name';
      if (!mergeInto(own, value))
        this.#report(this.#error(offset, 'YAML_SYNTAX', '<< needs a mapping or a list of mappings', hint));
    }
    return own;
  }

  /** What tells whether a key is repeated: an alias is its own name, not what it stands for. */
  #spelling(): string {
    const event = this.#peek();
    if (event.kind === 'alias') return this.#isOverriding ? `*${event.name}` : event.name;
    return event.kind === 'scalar' ? event.text : '';
  }

  /** Null: it is no text. go-yaml takes keys that are merged as they are written, and leaves those out that are nothing. */
  #key(isMerged: boolean): string | typeof dropped | null {
    const event = this.#peek();
    const value = this.#node();
    if (typeof value === 'string') return value;
    if (!isMerged) return null;
    return value === null ? dropped : this.#scalarText(event);
  }

  #scalarText(event: Event): string | null {
    if (event.kind === 'scalar') return event.text;
    const anchor = event.kind === 'alias' ? this.#anchors.get(event.name) : undefined;
    const named = anchor === undefined ? undefined : this.#events[anchor.index];
    return named?.kind === 'scalar' ? named.text : null;
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

/** What stands for a node that carries !reset. */
const dropped = Symbol('dropped');

/** `!!int` -> `int`; a lone `!` means nothing. A scalar with any other tag, `!override` too, is a string to go-yaml. */
function shortTag(tag: string): string {
  const match = /^!!(null|bool|int|float|binary|timestamp)$/.exec(tag);
  if (match !== null) return match[1] ?? '';
  return tag === '' || tag === '!' ? '' : 'str';
}
