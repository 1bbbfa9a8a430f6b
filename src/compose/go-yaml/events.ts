// Tokens into events: what opens, what stands in it, what closes.

import { controlCharacterIn } from './characters.ts';
import { YamlFailure } from './failure.ts';
import type { TagName } from './names.ts';
import { Scanner, type Token, type TokenKind } from './scanner.ts';

type Properties = {
  readonly anchor: string | null;
  /** `!!str` for YAML's own, `!local`, or any other URI; '' for none. */
  readonly tag: string;
};

export type ScalarEvent = Properties & {
  readonly kind: 'scalar';
  readonly at: number;
  readonly text: string;
  readonly isPlain: boolean;
};

export type Event =
  | { readonly kind: 'document'; readonly at: number }
  | { readonly kind: 'end'; readonly at: number }
  | { readonly kind: 'alias'; readonly at: number; readonly name: string }
  | ScalarEvent
  | (Properties & { readonly kind: 'sequence' | 'mapping'; readonly at: number });

export class TooDeep extends YamlFailure {}

/** Throws YamlFailure where the text is not YAML as go-yaml reads it, and TooDeep. */
export function eventsOf(text: string, maxDepth: number): Event[] {
  const control = controlCharacterIn(text);
  if (control !== -1) throw new YamlFailure('control characters are not allowed', control);
  return new Parser(text, maxDepth).stream();
}

const noProperties: Properties = { anchor: null, tag: '' };
const end: Event = { kind: 'end', at: 0 };

/** Whether a block may start here, and a list that is not indented, as below a key. */
type Where = { readonly mayBeBlock: boolean; readonly mayBeUnindentedList: boolean };
const inFlow: Where = { mayBeBlock: false, mayBeUnindentedList: false };
const inBlock: Where = { mayBeBlock: true, mayBeUnindentedList: false };
const belowKey: Where = { mayBeBlock: true, mayBeUnindentedList: true };

class Parser {
  readonly #scanner: Scanner;
  readonly #events: Event[] = [];
  readonly #maxDepth: number;
  #depth = 0;
  #prefixes = new Map<string, string>();

  constructor(text: string, maxDepth: number) {
    this.#scanner = new Scanner(text);
    this.#maxDepth = maxDepth;
  }

  stream(): Event[] {
    for (let isFirst = true; this.#startDocument(isFirst); isFirst = false) {
      if (this.#is('directive', 'document-start', 'document-end', 'stream-end')) this.#addEmpty(noProperties);
      else this.#node(inBlock);
      this.#end();
      if (this.#is('document-end')) this.#scanner.take();
    }
    return this.#events;
  }

  /** False at the end of the stream. Only the first document may do without `---`. */
  #startDocument(isFirst: boolean): boolean {
    if (!isFirst) while (this.#is('document-end')) this.#scanner.take();
    if (this.#is('stream-end')) return false;
    this.#prefixes = new Map();
    if (!isFirst || this.#is('directive', 'document-start')) {
      this.#directives();
      if (!this.#is('document-start')) this.#fail('a document after the first starts with ---');
      this.#scanner.take();
    }
    this.#events.push({ kind: 'document', at: this.#scanner.peek().at });
    return true;
  }

  #directives(): void {
    let hasVersion = false;
    for (let token = this.#scanner.peek(); token.kind === 'directive'; token = this.#scanner.peek()) {
      const { directive } = token;
      if (directive.kind === 'version') {
        if (hasVersion || directive.version !== '1.1') this.#fail('the version of YAML is 1.1 here, and said once');
        hasVersion = true;
      } else if (this.#prefixes.has(directive.handle)) this.#fail(`the tag ${directive.handle} is defined twice`);
      else this.#prefixes.set(directive.handle, directive.prefix);
      this.#scanner.take();
    }
  }

  #node(where: Where): void {
    const token = this.#scanner.peek();
    if (token.kind === 'alias') {
      this.#scanner.take();
      this.#events.push({ kind: 'alias', at: token.at, name: token.name });
      return;
    }
    const properties = this.#properties();
    const next = this.#scanner.peek();
    if (where.mayBeUnindentedList && next.kind === 'entry')
      return this.#collection('sequence', properties, () => this.#unindentedList());
    if (next.kind === 'scalar') {
      this.#scanner.take();
      const { at, text, isPlain } = next;
      this.#events.push({ kind: 'scalar', at, text, isPlain, anchor: properties.anchor, tag: properties.tag });
      return;
    }
    if (next.kind === 'flow-sequence') return this.#collection('sequence', properties, () => this.#flowSequence());
    if (next.kind === 'flow-mapping') return this.#collection('mapping', properties, () => this.#flowMapping());
    if (where.mayBeBlock && next.kind === 'block-sequence')
      return this.#collection('sequence', properties, () => this.#blockSequence());
    if (where.mayBeBlock && next.kind === 'block-mapping')
      return this.#collection('mapping', properties, () => this.#blockMapping());
    if (properties === noProperties) this.#fail('a value is missing');
    this.#addEmpty(properties, token.at);
  }

  /** An anchor, a tag, or both, in any order. */
  #properties(): Properties {
    let properties = noProperties;
    for (let token = this.#scanner.peek(); ; token = this.#scanner.peek()) {
      if (token.kind === 'anchor' && properties.anchor === null) properties = { ...properties, anchor: token.name };
      else if (token.kind === 'tag' && properties.tag === '') properties = { ...properties, tag: this.#resolved(token.tag) };
      else return properties;
      this.#scanner.take();
    }
  }

  #resolved({ handle, suffix }: TagName): string {
    const known = handle === '' || handle === '!' ? handle : handle === '!!' ? yamlsOwn : null;
    const prefix = this.#prefixes.get(handle) ?? known;
    if (prefix === null) return this.#fail(`the tag ${handle} is not defined: write %TAG above`);
    const tag = prefix + suffix;
    return tag.startsWith(yamlsOwn) ? `!!${tag.slice(yamlsOwn.length)}` : tag;
  }

  #collection(kind: 'sequence' | 'mapping', properties: Properties, content: () => void): void {
    const { at } = this.#scanner.peek();
    if (++this.#depth > this.#maxDepth) throw new TooDeep('nested too deep', at);
    this.#events.push({ kind, at, anchor: properties.anchor, tag: properties.tag });
    content();
    this.#end();
    this.#depth--;
  }

  #blockSequence(): void {
    this.#scanner.take();
    while (this.#takes('entry')) {
      if (this.#is('entry', 'block-end')) this.#addEmpty(noProperties);
      else this.#node(inBlock);
    }
    if (!this.#takes('block-end')) this.#fail('bad indentation of a list entry');
  }

  #unindentedList(): void {
    while (this.#takes('entry')) {
      if (this.#is('entry', 'key', 'value', 'block-end')) this.#addEmpty(noProperties);
      else this.#node(inBlock);
    }
  }

  #blockMapping(): void {
    this.#scanner.take();
    while (this.#is('key', 'value')) {
      if (this.#takes('key')) this.#keyOrValue(belowKey, 'key', 'value', 'block-end');
      else this.#addEmpty(noProperties);
      if (this.#takes('value')) this.#keyOrValue(belowKey, 'key', 'value', 'block-end');
      else this.#addEmpty(noProperties);
    }
    if (!this.#takes('block-end')) this.#fail('bad indentation of a mapping entry');
  }

  #flowSequence(): void {
    this.#scanner.take();
    for (let isFirst = true; !this.#takes('flow-sequence-end'); isFirst = false) {
      if (!isFirst && !this.#takes('flow-entry')) this.#fail('the list goes on without a comma, or is not closed with ]');
      if (this.#is('key')) this.#collection('mapping', noProperties, () => this.#pair());
      else if (!this.#is('flow-sequence-end')) this.#node(inFlow);
    }
  }

  /** `[a: b]` is a list of a mapping. */
  #pair(): void {
    this.#scanner.take();
    if (this.#is('value', 'flow-entry', 'flow-sequence-end')) this.#addEmpty(noProperties);
    else this.#node(inFlow);
    if (this.#takes('value')) this.#keyOrValue(inFlow, 'flow-entry', 'flow-sequence-end');
    else this.#addEmpty(noProperties);
  }

  #flowMapping(): void {
    this.#scanner.take();
    for (let isFirst = true; !this.#takes('flow-mapping-end'); isFirst = false) {
      if (!isFirst && !this.#takes('flow-entry')) this.#fail('the mapping goes on without a comma, or is not closed with }');
      if (this.#takes('key')) {
        this.#keyOrValue(inFlow, 'value', 'flow-entry', 'flow-mapping-end');
        if (this.#takes('value')) this.#keyOrValue(inFlow, 'flow-entry', 'flow-mapping-end');
        else this.#addEmpty(noProperties);
      } else if (!this.#is('flow-mapping-end')) {
        this.#node(inFlow);
        this.#addEmpty(noProperties);
      }
    }
  }

  /** Nothing, where one of the given tokens comes at once. */
  #keyOrValue(where: Where, ...ends: readonly TokenKind[]): void {
    if (this.#is(...ends)) this.#addEmpty(noProperties);
    else this.#node(where);
  }

  #addEmpty({ anchor, tag }: Properties, at = 0): void {
    this.#events.push({ kind: 'scalar', at, text: '', isPlain: true, anchor, tag });
  }

  #end(): void {
    this.#events.push(end);
  }

  #is(...kinds: readonly TokenKind[]): boolean {
    const { kind } = this.#scanner.peek();
    for (const one of kinds) if (one === kind) return true;
    return false;
  }

  #takes(kind: Token['kind']): boolean {
    if (this.#scanner.peek().kind !== kind) return false;
    this.#scanner.take();
    return true;
  }

  #fail(reason: string): never {
    throw new YamlFailure(reason, this.#scanner.peek().at);
  }
}

const yamlsOwn = 'tag:yaml.org,2002:';
