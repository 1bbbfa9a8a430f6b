// Docker's rules for flags (spf13/pflag's behaviour), so that scripts written for `docker compose` run unchanged:
// `-n5`, `-n=5`, `-n 5`, `-dit`, `--build=false`, repeats, `--`, flags after arguments unless the command takes a command line.

import { MusterError } from '#lib/errors.ts';
import { nearestName } from '#lib/nearest-name.ts';
import type { Flag, FlagTable, FlagValue } from './flag-types.ts';
import { emptyValue, readValue, withValue } from './flag-values.ts';

export type ParseOptions = {
  /** For messages and the pointer to help: `muster up`. */
  readonly command: string;
  readonly flags: FlagTable;
  /** False: stop at the first positional argument. */
  readonly interspersed: boolean;
  /** Flags as written that Docker Compose has and we don't. */
  readonly notYet?: readonly string[];
};

export type Parsed = {
  readonly values: Readonly<Record<string, FlagValue>>;
  readonly given: ReadonlySet<string>;
  readonly args: readonly string[];
};

export function parseFlags(argv: readonly string[], options: ParseOptions): Parsed {
  const values: Record<string, FlagValue> = {};
  for (const [name, flag] of Object.entries(options.flags)) values[name] = emptyValue(flag);
  const given = new Set<string>();
  const args: string[] = [];
  const rest = [...argv];

  const set = (found: Found, text: string): void => {
    values[found.name] = withValue(found.flag, values[found.name] ?? null, readValue(found, text, options.command));
    given.add(found.name);
  };
  const nextWord = (found: Found): string => {
    const word = rest.shift();
    if (word === undefined) throw badFlag(`${found.asTyped} needs a value: ${synopsis(found)}`, options);
    return word;
  };

  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') {
      args.push(...rest);
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      args.push(word);
      if (options.interspersed) continue;
      args.push(...rest);
      break;
    }
    if (word.startsWith('--')) parseLong(word, options, set, nextWord);
    else parseShorts(word, options, set, nextWord);
  }
  return { values, given, args };
}

/** A flag as the table knows it and as the person wrote it. */
export type Found = { readonly name: string; readonly flag: Flag; readonly asTyped: string };

type SetFlag = (found: Found, text: string) => void;
type NextWord = (found: Found) => string;

function parseLong(word: string, options: ParseOptions, set: SetFlag, nextWord: NextWord): void {
  const equals = word.indexOf('=');
  const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
  const flag = options.flags[name];
  if (flag === undefined) throw unknownFlag(`--${name}`, options);
  const found = { name, flag, asTyped: `--${name}` };
  if (equals >= 0) set(found, word.slice(equals + 1));
  else set(found, flag.type === 'bool' ? 'true' : nextWord(found));
}

/** `-dit`, `-n5`, `-n=5`, `-n 5`: every letter up to the first that takes a value, which takes all that follows. */
function parseShorts(word: string, options: ParseOptions, set: SetFlag, nextWord: NextWord): void {
  let letters = word.slice(1);
  while (letters !== '') {
    const letter = String.fromCodePoint(letters.codePointAt(0) ?? 0);
    letters = letters.slice(letter.length);
    const found = findShort(letter, word, options);
    if (letters.startsWith('=')) return set(found, letters.slice(1));
    if (found.flag.type === 'bool') {
      set(found, 'true');
      continue;
    }
    return set(found, letters === '' ? nextWord(found) : letters);
  }
}

function findShort(letter: string, word: string, options: ParseOptions): Found {
  const entry = Object.entries(options.flags).find(([, flag]) => flag.short === letter);
  if (entry === undefined) throw unknownFlag(`-${letter}`, options, word);
  return { name: entry[0], flag: entry[1], asTyped: `-${letter}` };
}

function unknownFlag(asTyped: string, options: ParseOptions, word = asTyped): MusterError {
  if (options.notYet?.includes(asTyped))
    return new MusterError('NOT_YET', `${nameOf(options)} does not have ${asTyped} yet, which Docker Compose has`, {
      hint: `leave ${asTyped} out; what there is: ${options.command} --help`,
    });
  const nearest = asTyped.startsWith('--') ? nearestName(asTyped.slice(2), visibleNames(options.flags)) : null;
  const where = word === asTyped ? asTyped : `${asTyped} in ${word}`;
  return badFlag(`${nameOf(options)} has no flag ${where}`, options, nearest === null ? '' : `did you mean --${nearest}? `);
}

/** `up` for `muster up`: errors begin with the program's name anyway. */
function nameOf({ command }: ParseOptions): string {
  return command.replace(/^muster /, '');
}

function visibleNames(flags: FlagTable): string[] {
  return Object.keys(flags).filter((name) => flags[name]?.hidden !== true);
}

function badFlag(message: string, options: ParseOptions, first = ''): MusterError {
  return new MusterError('BAD_FLAG', message, { hint: `${first}see ${options.command} --help` });
}

/** `-t, --timeout SECONDS`: how help and errors write a flag. */
export function synopsis({ name, flag }: { readonly name: string; readonly flag: Flag }): string {
  const names = flag.short === undefined ? `--${name}` : `-${flag.short}, --${name}`;
  return flag.type === 'bool' ? names : `${names} ${valueName(flag)}`;
}

function valueName(flag: Flag): string {
  if (flag.value !== undefined) return flag.value;
  if (flag.type === 'string' && flag.choices !== undefined) return flag.choices.join('|');
  return flag.type === 'int' ? 'N' : flag.type === 'pairs' ? 'KEY=VALUE' : 'VALUE';
}
