// Text to value, per kind of flag.

import { MusterError } from '#lib/errors.ts';
import type { Flag, FlagValue, Pair } from './flag-types.ts';

/** What a flag is when it isn't given. */
export function emptyValue(flag: Flag): FlagValue {
  switch (flag.type) {
    case 'bool':
      return flag.default ?? false;
    case 'int':
      return flag.default ?? null;
    case 'string':
      return flag.default ?? '';
    case 'strings':
    case 'pairs':
      return [];
  }
}

type Written = { readonly name: string; readonly flag: Flag };

export function readValue(found: Written, text: string, command: string): FlagValue | Pair {
  const { flag } = found;
  switch (flag.type) {
    case 'bool':
      return readBool(text) ?? refuse(found, text, 'true or false', command);
    case 'int':
      return readInt(text) ?? refuse(found, text, 'a whole number', command);
    case 'string':
      if (flag.choices !== undefined && !flag.choices.includes(text))
        return refuse(found, text, `one of ${flag.choices.join(', ')}`, command);
      return text;
    case 'strings':
      return text;
    case 'pairs': {
      const pair = readPair(text);
      return pair[0] === '' ? refuse(found, text, 'KEY=VALUE', command) : pair;
    }
  }
}

/** Lists grow with every repeat; of anything else the last one counts. */
export function withValue(flag: Flag, before: FlagValue, value: FlagValue | Pair): FlagValue {
  // A list flag's value before is a list: it started as emptyValue(flag) and only this function changes it.
  if (flag.type === 'strings') return [...(before as readonly string[]), value as string];
  if (flag.type === 'pairs') return [...(before as readonly Pair[]), value as Pair];
  return value as FlagValue;
}

/** The spellings that Go's strconv.ParseBool takes. */
function readBool(text: string): boolean | null {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text)) return false;
  return null;
}

/** Decimal, or Go's 0x, 0o and 0b forms. */
function readInt(text: string): number | null {
  const match = /^([+-]?)(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|[1-9][0-9]*|0)$/.exec(text);
  if (match === null) return null;
  const digits = match[2] ?? '';
  const value = /^0[0-7]/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  if (!Number.isSafeInteger(value)) return null;
  return match[1] === '-' && value !== 0 ? -value : value;
}

function readPair(text: string): Pair {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, null] : [text.slice(0, equals), text.slice(equals + 1)];
}

function refuse({ name, flag }: Written, text: string, expected: string, command: string): never {
  const names = flag.short === undefined ? `--${name}` : `-${flag.short}, --${name}`;
  throw new MusterError('BAD_FLAG', `invalid value "${text}" for ${names}: ${expected} is expected`, {
    hint: `see ${command} --help`,
  });
}
