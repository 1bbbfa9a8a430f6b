// Anchors, aliases, tags and directives.

import type { Cursor } from './cursor.ts';
import { isBlankOrEnd, isBreak, isEnd, isWord } from './characters.ts';

/** The name after `&` or `*`. */
export function scanAnchor(cursor: Cursor): string {
  const start = ++cursor.at;
  while (isWord(cursor.peek())) cursor.at++;
  const code = cursor.peek();
  if (cursor.at === start || !(isBlankOrEnd(code) || '?:,]}%@`'.includes(String.fromCharCode(code))))
    cursor.fail('the name of an anchor is made of letters, digits, - and _');
  return cursor.text.slice(start, cursor.at);
}

export type TagName = { readonly handle: string; readonly suffix: string };

/** `!!str`, `!local`, `!handle!name`, `!<uri>` or `!` alone. */
export function scanTag(cursor: Cursor): TagName {
  const tag = scanTagName(cursor);
  if (!isBlankOrEnd(cursor.peek())) cursor.fail('write a space after the tag');
  return tag;
}

function scanTagName(cursor: Cursor): TagName {
  if (cursor.peek(1) === 60) {
    cursor.at += 2;
    const suffix = scanUri(cursor);
    if (suffix === '' || cursor.peek() !== 62) cursor.fail('the tag is not closed with >');
    cursor.at++;
    return { handle: '', suffix };
  }
  const start = cursor.at++;
  while (isWord(cursor.peek())) cursor.at++;
  if (cursor.peek() === 33) {
    cursor.at++;
    const handle = cursor.text.slice(start, cursor.at);
    const suffix = scanUri(cursor);
    if (suffix === '') cursor.fail('the tag has no name');
    return { handle, suffix };
  }
  const suffix = decoded(cursor, start + 1) + scanUri(cursor);
  return suffix === '' ? { handle: '', suffix: '!' } : { handle: '!', suffix };
}

function decoded(cursor: Cursor, start: number): string {
  return cursor.text.slice(start, cursor.at);
}

function scanUri(cursor: Cursor): string {
  const start = cursor.at;
  while (isWord(cursor.peek()) || (!isEnd(cursor.peek()) && ";/?:@&=+$.,!~*'()[]%".includes(String.fromCharCode(cursor.peek()))))
    cursor.at++;
  const written = cursor.text.slice(start, cursor.at);
  try {
    return written.includes('%') ? decodeURIComponent(written) : written;
  } catch {
    return cursor.fail('the tag has a % that is no escape', start);
  }
}

export type Directive =
  | { readonly kind: 'version'; readonly version: string }
  | { readonly kind: 'tag'; readonly handle: string; readonly prefix: string };

const directive = /%(?:YAML[ \t]+(\d{1,9}\.\d{1,9})|TAG[ \t]+(!(?:[\w-]*!)?)[ \t]+([\w;/?:@&=+$.,!~*'()[\]%-]+))[ \t]*(?:#.*)?$/;

export function scanDirective(cursor: Cursor): Directive {
  const start = cursor.at;
  while (!isBreak(cursor.peek()) && !isEnd(cursor.peek())) cursor.at++;
  const line = cursor.text.slice(start, cursor.at);
  const match = directive.exec(line);
  if (match === null) return cursor.fail(`"${line.trim()}" is not a directive that is known here`, start);
  if (match[1] !== undefined) return { kind: 'version', version: match[1] };
  return { kind: 'tag', handle: match[2] ?? '', prefix: match[3] ?? '' };
}
