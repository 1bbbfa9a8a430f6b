// A place in the text that knows its line and column.

import { isBlank, isBlankOrEnd, isBreak } from './characters.ts';
import { YamlFailure } from './failure.ts';

export class Cursor {
  readonly text: string;
  at = 0;
  line = 0;
  #lineStart = 0;

  constructor(text: string) {
    this.text = text;
  }

  get column(): number {
    return this.at - this.#lineStart;
  }

  /** The code of the character that many further on. */
  peek(further = 0): number {
    return this.text.charCodeAt(this.at + further);
  }

  /** Goes past a line break and says what it means as text: a line feed, save for Unicode's own separators. */
  takeBreak(): string {
    const code = this.peek();
    this.at += code === 13 && this.peek(1) === 10 ? 2 : 1;
    this.line++;
    this.#lineStart = this.at;
    return code >= 0x2028 ? String.fromCharCode(code) : '\n';
  }

  skipBlanks(): void {
    while (isBlank(this.peek())) this.at++;
  }

  /** Goes past spaces, up to the given column. */
  skipSpaces(column: number): void {
    while (this.peek() === 32 && this.column < column) this.at++;
  }

  skipComment(): void {
    if (this.peek() !== 35) return;
    const { text } = this;
    let { at } = this;
    while (at < text.length && !isBreak(text.charCodeAt(at))) at++;
    this.at = at;
  }

  /** `---` or `...` alone at the start of a line. */
  isAtDocumentMark(): boolean {
    const code = this.peek();
    return (
      (code === 45 || code === 46) &&
      this.column === 0 &&
      this.peek(1) === code &&
      this.peek(2) === code &&
      isBlankOrEnd(this.peek(3))
    );
  }

  fail(reason: string, at = this.at): never {
    throw new YamlFailure(reason, at);
  }
}
