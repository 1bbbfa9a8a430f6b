// Text into tokens. A mapping's key is known as one only when its colon comes, so the tokens after a possible key wait for it.

import { scanBlock } from './block.ts';
import { isBlankOrEnd, isBreak, isEnd } from './characters.ts';
import { Cursor } from './cursor.ts';
import { scanAnchor, scanDirective, scanTag, type Directive, type TagName } from './names.ts';
import { scanPlain } from './plain.ts';
import { scanQuoted } from './quoted.ts';

type MarkKind =
  | 'stream-end'
  | 'document-start'
  | 'document-end'
  | 'block-sequence'
  | 'block-mapping'
  | 'block-end'
  | 'flow-sequence'
  | 'flow-sequence-end'
  | 'flow-mapping'
  | 'flow-mapping-end'
  | 'entry'
  | 'flow-entry'
  | 'key'
  | 'value';

export type Token =
  | { readonly kind: MarkKind; readonly at: number }
  | { readonly kind: 'alias' | 'anchor'; readonly at: number; readonly name: string }
  | { readonly kind: 'tag'; readonly at: number; readonly tag: TagName }
  | { readonly kind: 'directive'; readonly at: number; readonly directive: Directive }
  | { readonly kind: 'scalar'; readonly at: number; readonly text: string; readonly isPlain: boolean };

export type TokenKind = Token['kind'];

/** Where a key may have started, whose colon would have to come on the same line. */
type PossibleKey = {
  readonly token: number;
  readonly at: number;
  readonly line: number;
  readonly column: number;
  readonly isRequired: boolean;
};

const maxKeyLength = 1024;

export class Scanner {
  readonly #cursor: Cursor;
  readonly #tokens: Token[] = [];
  /** The number of the first of them. */
  #taken = 0;
  #head = 0;
  #indent = -1;
  readonly #indents: number[] = [];
  /** One for the block, one for each bracket that is open. */
  readonly #keys: (PossibleKey | null)[] = [null];
  /** How many of them may still be keys. */
  #possible = 0;
  #mayKeyStart = true;
  #isOver = false;

  constructor(text: string) {
    this.#cursor = new Cursor(text);
  }

  peek(): Token {
    while (this.#needsMore()) this.#fetch();
    // There is always one more: the end of the stream is taken by nobody.
    return this.#tokens[this.#head] as Token;
  }

  take(): Token {
    const token = this.peek();
    this.#head++;
    this.#taken++;
    if (this.#head === this.#tokens.length) {
      this.#tokens.length = 0;
      this.#head = 0;
    }
    return token;
  }

  #needsMore(): boolean {
    if (this.#isOver) return false;
    if (this.#head === this.#tokens.length) return true;
    if (this.#possible === 0) return false;
    this.#forgetStaleKeys();
    for (const key of this.#keys) if (key !== null && key.token === this.#taken) return true;
    return false;
  }

  get #isInFlow(): boolean {
    return this.#keys.length > 1;
  }

  #fetch(): void {
    const cursor = this.#cursor;
    this.#skipToToken();
    this.#forgetStaleKeys();
    this.#closeBlocks(cursor.column);
    const code = cursor.peek();
    if (isEnd(code)) return this.#endStream();
    if (cursor.column === 0 && code === 37) return this.#addDirective();
    if (cursor.isAtDocumentMark()) return this.#addDocumentMark(code === 45 ? 'document-start' : 'document-end');
    const isAlone = isBlankOrEnd(cursor.peek(1));
    switch (code) {
      case 91:
        return this.#openFlow('flow-sequence');
      case 123:
        return this.#openFlow('flow-mapping');
      case 93:
        return this.#closeFlow('flow-sequence-end');
      case 125:
        return this.#closeFlow('flow-mapping-end');
      case 44:
        return this.#addFlowEntry();
      case 42:
        return this.#addName('alias');
      case 38:
        return this.#addName('anchor');
      case 33:
        return this.#addTag();
      case 39:
      case 34:
        return this.#addQuoted();
    }
    if (code === 45 && isAlone) return this.#addBlockEntry();
    if (code === 63 && (this.#isInFlow || isAlone)) return this.#addKey();
    if (code === 58 && (this.#isInFlow || isAlone)) return this.#addValue();
    if ((code === 124 || code === 62) && !this.#isInFlow) return this.#addBlock();
    if (this.#mayStartPlain(code, isAlone)) return this.#addPlain();
    cursor.fail(
      code === 9 ? 'tab characters must not be used in indentation' : `${String.fromCharCode(code)} cannot start a value`,
    );
  }

  #mayStartPlain(code: number, isAlone: boolean): boolean {
    if (code === 45) return !isAlone;
    if (code === 63 || code === 58) return !this.#isInFlow && !isAlone;
    return code !== 9 && !'#|>%@`'.includes(String.fromCharCode(code));
  }

  #skipToToken(): void {
    const cursor = this.#cursor;
    for (;;) {
      if (this.#isInFlow || !this.#mayKeyStart) cursor.skipBlanks();
      else cursor.skipSpaces(Infinity);
      cursor.skipComment();
      if (!isBreak(cursor.peek())) return;
      cursor.takeBreak();
      if (!this.#isInFlow) this.#mayKeyStart = true;
    }
  }

  #add(token: Token): void {
    this.#tokens.push(token);
  }

  #addMark(kind: MarkKind, length: number): void {
    this.#add({ kind, at: this.#cursor.at });
    this.#cursor.at += length;
  }

  // Keys that may be

  #forgetStaleKeys(): void {
    if (this.#possible === 0) return;
    const { at, line } = this.#cursor;
    for (let level = 0; level < this.#keys.length; level++) {
      const key = this.#keys[level] ?? null;
      if (key === null || (key.line === line && key.at + maxKeyLength >= at)) continue;
      this.#missColon(key);
      this.#setKey(level, null);
    }
  }

  #setKey(level: number, key: PossibleKey | null): void {
    const before = this.#keys[level] ?? null;
    this.#possible += (key === null ? 0 : 1) - (before === null ? 0 : 1);
    this.#keys[level] = key;
  }

  #missColon(key: PossibleKey): void {
    if (key.isRequired) this.#cursor.fail('a key has no colon', key.at);
  }

  #saveKey(): void {
    if (!this.#mayKeyStart) return;
    this.#forgetKey();
    const { at, line, column } = this.#cursor;
    const isRequired = !this.#isInFlow && this.#indent === column;
    const token = this.#taken + this.#tokens.length - this.#head;
    this.#setKey(this.#keys.length - 1, { token, at, line, column, isRequired });
  }

  #forgetKey(): void {
    const key = this.#keys.at(-1) ?? null;
    if (key === null) return;
    this.#missColon(key);
    this.#setKey(this.#keys.length - 1, null);
  }

  // Indentation

  /** A block of the given kind starts, if the column is deeper than the last block's. */
  #openBlock(column: number, kind: 'block-sequence' | 'block-mapping', at: number, before: number | null = null): void {
    if (this.#isInFlow || this.#indent >= column) return;
    this.#indents.push(this.#indent);
    this.#indent = column;
    if (before === null) this.#add({ kind, at });
    else this.#insert(before, { kind, at });
  }

  #insert(number: number, token: Token): void {
    this.#tokens.splice(this.#head + number - this.#taken, 0, token);
  }

  #closeBlocks(column: number): void {
    if (this.#isInFlow) return;
    while (this.#indent > column) {
      this.#add({ kind: 'block-end', at: this.#cursor.at });
      this.#indent = this.#indents.pop() ?? -1;
    }
  }

  // Tokens

  #endStream(): void {
    this.#closeBlocks(-1);
    this.#forgetKey();
    this.#mayKeyStart = false;
    this.#add({ kind: 'stream-end', at: this.#cursor.at });
    this.#isOver = true;
  }

  #addDirective(): void {
    this.#closeBlocks(-1);
    this.#forgetKey();
    this.#mayKeyStart = false;
    const { at } = this.#cursor;
    this.#add({ kind: 'directive', at, directive: scanDirective(this.#cursor) });
  }

  #addDocumentMark(kind: 'document-start' | 'document-end'): void {
    this.#closeBlocks(-1);
    this.#forgetKey();
    this.#mayKeyStart = false;
    this.#addMark(kind, 3);
  }

  #openFlow(kind: 'flow-sequence' | 'flow-mapping'): void {
    this.#saveKey();
    this.#keys.push(null);
    this.#mayKeyStart = true;
    this.#addMark(kind, 1);
  }

  #closeFlow(kind: 'flow-sequence-end' | 'flow-mapping-end'): void {
    this.#forgetKey();
    if (this.#isInFlow) this.#keys.pop();
    this.#mayKeyStart = false;
    this.#addMark(kind, 1);
  }

  #addFlowEntry(): void {
    this.#forgetKey();
    this.#mayKeyStart = true;
    this.#addMark('flow-entry', 1);
  }

  #addBlockEntry(): void {
    const cursor = this.#cursor;
    if (!this.#isInFlow) {
      if (!this.#mayKeyStart) cursor.fail('a list cannot start here');
      this.#openBlock(cursor.column, 'block-sequence', cursor.at);
    }
    this.#forgetKey();
    this.#mayKeyStart = true;
    this.#addMark('entry', 1);
  }

  #addKey(): void {
    const cursor = this.#cursor;
    if (!this.#isInFlow) {
      if (!this.#mayKeyStart) cursor.fail('a key cannot start here');
      this.#openBlock(cursor.column, 'block-mapping', cursor.at);
    }
    this.#forgetKey();
    this.#mayKeyStart = !this.#isInFlow;
    this.#addMark('key', 1);
  }

  #addValue(): void {
    const cursor = this.#cursor;
    const key = this.#keys.at(-1) ?? null;
    if (key !== null) {
      this.#insert(key.token, { kind: 'key', at: key.at });
      this.#openBlock(key.column, 'block-mapping', key.at, key.token);
      this.#setKey(this.#keys.length - 1, null);
      this.#mayKeyStart = false;
    } else {
      if (!this.#isInFlow) {
        if (!this.#mayKeyStart) cursor.fail(this.#whyNoKey());
        this.#openBlock(cursor.column, 'block-mapping', cursor.at);
      }
      this.#mayKeyStart = !this.#isInFlow;
    }
    this.#addMark('value', 1);
  }

  #whyNoKey(): string {
    const { text, at, column } = this.#cursor;
    const isSecond = /:\s/.test(text.slice(at - column, at));
    return isSecond ? 'a second colon with a space after it on one line' : 'bad indentation of a mapping entry';
  }

  #addName(kind: 'alias' | 'anchor'): void {
    this.#saveKey();
    this.#mayKeyStart = false;
    const { at } = this.#cursor;
    this.#add({ kind, at, name: scanAnchor(this.#cursor) });
  }

  #addTag(): void {
    this.#saveKey();
    this.#mayKeyStart = false;
    const { at } = this.#cursor;
    this.#add({ kind: 'tag', at, tag: scanTag(this.#cursor) });
  }

  #addQuoted(): void {
    this.#saveKey();
    this.#mayKeyStart = false;
    const { at } = this.#cursor;
    this.#add({ kind: 'scalar', at, text: scanQuoted(this.#cursor), isPlain: false });
  }

  #addBlock(): void {
    this.#forgetKey();
    this.#mayKeyStart = true;
    const { at } = this.#cursor;
    this.#add({ kind: 'scalar', at, text: scanBlock(this.#cursor, this.#indent), isPlain: false });
  }

  #addPlain(): void {
    this.#saveKey();
    this.#mayKeyStart = false;
    const { at } = this.#cursor;
    const { text, endsAtLineStart } = scanPlain(this.#cursor, { indent: this.#indent, isInFlow: this.#isInFlow });
    if (endsAtLineStart) this.#mayKeyStart = true;
    this.#add({ kind: 'scalar', at, text, isPlain: true });
  }
}
