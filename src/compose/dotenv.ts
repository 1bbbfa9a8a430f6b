// The grammar of .env and env_file: KEY=VALUE, KEY: VALUE, export, comments, single quotes (literal), double quotes (escapes and
// variables), values over several lines, and a bare KEY that inherits its value.

import { MusterError } from '#lib/errors.ts';
import type { SourceFile } from './places.ts';
import { maxTotalLength, substitute, TemplateError, type Lookup } from './template.ts';

export type DotenvOptions = {
  /** Variables from outside; they win over the file's own in expansions. */
  readonly lookup: Lookup;
  /** What is known when the file begins: its own variables replace these, and are expanded from them. */
  readonly known?: ReadonlyMap<string, string>;
  readonly unset: (name: string) => void;
};

/** Variables of the file in its order, after those that were known. */
export function parseDotenv(file: SourceFile, options: DotenvOptions): Map<string, string> {
  return new DotenvParser(file, options).parse();
}

/** `format: raw`: each line is KEY=VALUE to its end, nothing is interpreted. */
export function parseRawEnv(file: SourceFile, options: DotenvOptions): Map<string, string> {
  const variables = new Map<string, string>();
  file.text.split('\n').forEach((line, index) => {
    const text = line.replace(/\r$/, '').replace(leadingSpace, '');
    if (text === '' || text.startsWith('#')) return;
    const equals = text.indexOf('=');
    const key = equals === -1 ? text : text.slice(0, equals);
    if (key === '' || /[ \t]/.test(key)) throw envError(file, index + 1, `variable "${key}" contains white space`, text);
    const value = equals === -1 ? options.lookup(key) : text.slice(equals + 1);
    if (value !== undefined) variables.set(key, value);
  });
  return variables;
}

// White space as Go has it: U+0085 is, and U+FEFF, which JavaScript takes for some, is none.
const space = String.raw`\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;
const leadingSpace = new RegExp(`^[${space}]+`);
const isSpace = new RegExp(`[${space}]`);
const notSpace = new RegExp(`[^${space}]`);
/** What may stand around a name, on its line. */
const gap = String.raw`\t\v\f\r \u0085\u00a0`;
const leadingGap = new RegExp(`^[${gap}]*`);
const notInName = new RegExp(`[^\\p{L}\\p{N}_.\\-[\\]${gap}]`, 'u');

class DotenvParser {
  readonly #file: SourceFile;
  readonly #options: DotenvOptions;
  readonly #variables: Map<string, string>;
  readonly #text: string;
  #total = 0;
  #at = 0;
  /** Where the statement that is being read starts. */
  #statement = 0;

  constructor(file: SourceFile, options: DotenvOptions) {
    this.#file = file;
    this.#options = options;
    this.#variables = new Map(options.known);
    this.#text = file.text.replace(/^\uFEFF/, '');
  }

  parse(): Map<string, string> {
    while (this.#skipToStatement()) {
      this.#statement = this.#at;
      const { key, inherited } = this.#key();
      if (key.includes(' '))
        throw this.#error('key cannot contain a space', 'take the space out of the name, or put a value with spaces in quotes');
      const value = inherited ? this.#options.lookup(key) : this.#value();
      // A file that ends in a bare name has no key there, and its name is the value: Docker Compose reads it so.
      if (value !== undefined) this.#variables.set(key, value);
    }
    return this.#variables;
  }

  #skipToStatement(): boolean {
    for (;;) {
      const start = this.#text.slice(this.#at).search(notSpace);
      if (start === -1) return false;
      this.#at += start;
      if (this.#text[this.#at] !== '#') return true;
      const end = this.#text.indexOf('\n', this.#at);
      if (end === -1) return false;
      this.#at = end;
    }
  }

  #key(): { readonly key: string; readonly inherited: boolean } {
    if (/^export[\t\n\f\r ]/.test(this.#rest())) {
      this.#at += 'export'.length;
      this.#skipGap();
    }
    const rest = this.#rest();
    const end = rest.search(/[=:\n]/);
    const name = end === -1 ? rest : rest.slice(0, end);
    const wrong = notInName.exec(name);
    if (wrong !== null) {
      throw this.#error(
        `unexpected character "${wrong[0]}" in variable name "${rest.split('\n')[0] ?? ''}"`,
        'write NAME=value, or # in front of a comment',
      );
    }
    if (end === -1) return { key: '', inherited: false };
    this.#at += end + 1;
    const inherited = rest[end] === '\n';
    if (!inherited) this.#skipGap();
    return { key: withoutTrailingSpace(name), inherited };
  }

  #skipGap(): void {
    this.#at += leadingGap.exec(this.#rest())?.[0].length ?? 0;
  }

  #value(): string {
    const quote = this.#text[this.#at];
    if (quote === '"' || quote === "'") return this.#quoted(quote);
    const rest = this.#rest();
    const end = rest.indexOf('\n');
    const line = end === -1 ? rest : rest.slice(0, end);
    this.#at += end === -1 ? rest.length : end;
    const comment = line.indexOf(' #');
    return this.#expand(withoutTrailingSpace(comment === -1 ? line : line.slice(0, comment)));
  }

  #quoted(quote: string): string {
    let value = '';
    for (let at = this.#at + 1; at < this.#text.length; at++) {
      const char = this.#text[at] as string;
      if (char === '\\') {
        const next = this.#text[++at] ?? '';
        value += next === quote ? quote : `\\${next}`;
        continue;
      }
      if (char !== quote) {
        value += char;
        continue;
      }
      const result = quote === '"' ? this.#expand(unescape(value)) : value;
      this.#at = at + 1;
      return result;
    }
    throw this.#error(`unterminated quoted value ${this.#rest().split('\n')[0] ?? ''}`, `close it with ${quote}`);
  }

  #expand(value: string): string {
    try {
      const result = substitute(value, {
        lookup: (name) => this.#options.lookup(name) ?? this.#variables.get(name),
        unset: this.#options.unset,
      });
      this.#total += result.length;
      if (this.#total > maxTotalLength) throw new TemplateError('size', '', 'the variables make the file longer than 64 MiB');
      return result;
    } catch (cause) {
      if (cause instanceof TemplateError)
        throw this.#error(cause.message, 'write $$ for a literal dollar, or put the value in single quotes');
      throw cause;
    }
  }

  #rest(): string {
    return this.#text.slice(this.#at);
  }

  #error(message: string, hint: string): MusterError {
    const before = this.#text.slice(0, this.#statement).split('\n');
    return envError(this.#file, before.length, message, this.#text.split('\n')[before.length - 1] ?? '', hint);
  }
}

/** From the end, because a pattern would try each of a million spaces before a letter. */
function withoutTrailingSpace(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace.test(text[end - 1] as string)) end--;
  return text.slice(0, end);
}

function envError(file: SourceFile, line: number, message: string, source: string, hint = 'write NAME=value'): MusterError {
  return new MusterError('ENV_FILE', message, { hint, place: { file: file.name, line, column: 1, source } });
}

const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '"': '"',
  '\\': '\\',
  // Compose's own spelling of a literal dollar, which expansion turns into one.
  $: '$$',
};

function unescape(text: string): string {
  return text.replace(
    /\\(?:([abfnrtv$"\\])|0(\d{0,3}))/g,
    (match: string, letter: string | undefined, octal: string | undefined) => {
      if (letter !== undefined) return escapes[letter] ?? match;
      return octal !== undefined && /^[0-3][0-7]{2}$/.test(octal) ? String.fromCharCode(parseInt(octal, 8)) : `\\${octal ?? ''}`;
    },
  );
}
