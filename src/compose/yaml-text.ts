// A string as a YAML scalar: plain where it reads back as the same string, a literal block for several lines, quoted otherwise.

import { resolvePlain } from './scalar.ts';

export type TextContext = {
  /** Column of a literal block's lines. */
  readonly indent: number;
  readonly isKey: boolean;
};

export function yamlText(text: string, context: TextContext): string {
  if (text === '') return '""';
  const traits = traitsOf(text);
  if (text.includes('\n')) return traits.mayBeBlock && !context.isKey ? literal(text, context.indent) : doubleQuoted(text);
  if (typeof resolvePlain(text) !== 'string' || isOldBoolean(text) || isSexagesimal(text)) return doubleQuoted(text);
  if (traits.mayBePlain) return text;
  return traits.mayBeSingleQuoted ? `'${indented(text, context.indent).replaceAll("'", "''")}'` : doubleQuoted(text);
}

/** YAML 1.1 readers take these for booleans. */
function isOldBoolean(text: string): boolean {
  return /^(?:y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/.test(text);
}

/** … and these for numbers to the base of sixty. */
function isSexagesimal(text: string): boolean {
  return /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/.test(text);
}

type Traits = { readonly mayBePlain: boolean; readonly mayBeSingleQuoted: boolean; readonly mayBeBlock: boolean };

function traitsOf(text: string): Traits {
  const isSpecial = /[^\t\n\r\x20-\x7E\u0085\u00A0-\uD7FF\uE000-\uFEFE\uFF00-\uFFFD]/.test(text) || /[\u0085\r]/.test(text);
  const hasTab = text.includes('\t');
  const startsOrEndsBlank = /^[ \n\u2028\u2029]|[ \n\u2028\u2029]$/.test(text);
  const hasSpaceBeforeBreak = / [\n\u2028\u2029]/.test(text);
  const hasSpaceAfterBreak = /[\n\u2028\u2029] /.test(text);
  const hasBreak = /[\n\u2028\u2029]/.test(text);
  const hasIndicator =
    /^(?:---|\.\.\.)/.test(text) ||
    /^[#,[\]{}&*!|>'"%@`]/.test(text) ||
    /^[?:-](?:[ \t\n]|$)/.test(text) ||
    /:(?:[ \t\n]|$)/.test(text) ||
    /[ \t\n]#/.test(text);
  return {
    mayBePlain: !isSpecial && !hasTab && !startsOrEndsBlank && !hasBreak && !hasIndicator,
    mayBeSingleQuoted: !isSpecial && !hasTab && !hasSpaceBeforeBreak && !hasSpaceAfterBreak,
    mayBeBlock: !isSpecial && !hasSpaceBeforeBreak && !text.endsWith(' '),
  };
}

function literal(text: string, indent: number): string {
  const hint = /^[ \n\u2028\u2029]/.test(text) ? '2' : '';
  const chomp = !/[\n\u2028\u2029]$/.test(text) ? '-' : /(?:^|[\n\u2028\u2029])[\n\u2028\u2029]$/.test(text) ? '+' : '';
  return `|${hint}${chomp}\n${indented(`\n${text}`, indent).slice(1).replace(/\n$/, '')}`;
}

/** What follows a break, of any kind, starts at the column of the text. */
function indented(text: string, indent: number): string {
  return text.replace(/([\n\u2028\u2029])(?![\n\u2028\u2029]|$)/g, `$1${' '.repeat(indent)}`);
}

const shortEscapes: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1B': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\u0085': '\\N',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

function doubleQuoted(text: string): string {
  const body = text.replace(/["\\]|[^\x20-\x7E\u00A0-\u2027\u202A-\uD7FF\uE000-\uFEFE\uFF00-\uFFFD]/gu, (char) => {
    const short = shortEscapes[char];
    if (short !== undefined) return short;
    const code = char.codePointAt(0) ?? 0;
    const hex = code.toString(16).toUpperCase();
    if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
    return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
  });
  return `"${body}"`;
}
