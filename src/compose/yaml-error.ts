// Text that is not YAML: the reader stops where it no longer fits, a person wants to know where it went wrong.

import { MusterError } from '#lib/errors.ts';
import { TooDeep } from './go-yaml/events.ts';
import { YamlFailure } from './go-yaml/failure.ts';
import { toPlace, type SourceFile } from './places.ts';

export function syntaxError(file: SourceFile, cause: unknown, maxDepth: number): MusterError {
  if (!(cause instanceof YamlFailure)) throw cause;
  const place = toPlace(file, Math.min(cause.at, file.text.length));
  if (cause instanceof TooDeep) {
    return new MusterError('COMPOSE_TOO_LARGE', `nested deeper than ${maxDepth} levels`, { place, hint: 'flatten it', cause });
  }
  const open = unclosed(file, (place.line ?? 1) - 1);
  if (open !== null) {
    return new MusterError('YAML_SYNTAX', `not valid YAML: ${open.what} is not closed on this line`, {
      place: toPlace(file, open.offset),
      hint: `close it with ${open.closing}`,
      cause,
    });
  }
  return new MusterError('YAML_SYNTAX', `not valid YAML: ${cause.message}`, {
    place,
    hint: hintFor(place.source ?? '', file.text.split('\n', (place.line ?? 1) - 1).at(-1) ?? ''),
    cause,
  });
}

function hintFor(line: string, before: string): string {
  if (/^\s*- /.test(before) && /^\s*[\w.-]+:/.test(line)) {
    return 'a list and a mapping do not mix: write every line as "- KEY=value" or every line as "KEY: value"';
  }
  if (/^\s*\t/.test(line)) return 'indent with spaces, not with tabs';
  if (/:\s*[@`%]/.test(line)) return 'put the value in quotes';
  if (/^[^#'"]*:[^#'"]*: /.test(line)) return 'put a value that contains ": " in quotes';
  return 'check the indentation and the quotes on this line and the one before';
}

type Open = { readonly what: string; readonly closing: string; readonly offset: number };

/** The nearest line at or above the given one that opens a quote or a bracket and does not close it. */
function unclosed(file: SourceFile, lastLine: number): Open | null {
  const lines = file.text.split('\n', lastLine + 1);
  let offset = lines.reduce((sum, line) => sum + line.length + 1, 0);
  for (let index = lines.length - 1; index >= Math.max(0, lines.length - 30); index--) {
    const line = lines[index] ?? '';
    offset -= line.length + 1;
    const open = line.length > 2000 ? null : openIn(line);
    if (open !== null) return { ...open, offset: offset + open.offset };
  }
  return null;
}

const closings: Readonly<Record<string, string>> = { '[': ']', '{': '}' };
type Mark = { readonly char: string; readonly at: number };

function openIn(line: string): Open | null {
  const brackets: Mark[] = [];
  let quote: Mark | null = null;
  for (let at = 0; at < line.length; at++) {
    const char = line[at] ?? '';
    const before = at === 0 ? ' ' : (line[at - 1] ?? '');
    const startsValue = ' :,[{-\t'.includes(before);
    if (quote !== null) {
      if (char === '\\' && quote.char === '"') at++;
      else if (char === quote.char) quote = null;
    } else if (char === '#' && before === ' ') break;
    else if ((char === '"' || char === "'") && startsValue) quote = { char, at };
    else if ((char === '[' || char === '{') && startsValue) brackets.push({ char, at });
    else if (char === closings[brackets.at(-1)?.char ?? '']) brackets.pop();
  }
  if (quote !== null) return { what: `the quote ${quote.char}`, closing: quote.char, offset: quote.at };
  const bracket = brackets[0];
  if (bracket === undefined) return null;
  return { what: `the bracket ${bracket.char}`, closing: closings[bracket.char] ?? '', offset: bracket.at };
}
