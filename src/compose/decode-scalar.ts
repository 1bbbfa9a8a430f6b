// Conversion of one value to a field's type, as lenient and as strict as Docker Compose.

import type { Json } from '#lib/canonical-json.ts';
import { parseBytes } from './bytes.ts';
import { formatDuration, parseDuration } from './duration.ts';
import { readFloat, readInt64, shortestFloat32, truncated, truncatedUnsigned } from './go-number.ts';
import { splitShellWords } from '#lib/shell-words.ts';
import type { FieldType } from './struct-types.ts';
import {
  GoFloat,
  isInteger,
  isMapping,
  isNumber,
  kindOf,
  newMapping,
  scalarText,
  toNumber,
  type Mapping,
  type Tree,
} from './tree.ts';
import { compareBytes, sortedKeys } from './sort.ts';

export class DecodeError extends Error {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

type ScalarName = Extract<FieldType, string>;

export function convertScalar(value: Tree, type: ScalarName, warn: (message: string) => void): Json {
  switch (type) {
    case 'text':
      return toText(value);
    case 'bool':
      return toBool(value, warn);
    case 'int':
      return toInt(value);
    case 'uint16':
      return toCount(value, 16);
    case 'uint32':
      return toCount(value, 32);
    case 'uint64':
      return toCount(value, 64);
    case 'float':
      return toFloat(value);
    case 'cpus':
      return toCpus(value);
    case 'bytes':
      return toBytes(value);
    case 'duration':
      return toDuration(value);
    case 'texts':
      return Array.isArray(value) ? value.map(toText) : [toText(value)];
    case 'textOrTexts':
      return Array.isArray(value) ? value.map(toOnlyText) : [toOnlyText(value)];
    case 'anyTexts':
      return Array.isArray(value) ? value.map(scalarText) : [scalarText(value)];
    case 'mapping':
      return toMapping(value, '');
    case 'textMapping':
      return toTextMapping(value);
    case 'mappingOrNull':
      return toMapping(withoutTrailingSpaces(value), null);
    case 'multiOptions':
      return toMultiOptions(value);
    case 'hosts':
      return toHosts(value);
    case 'command':
      return toCommand(value);
    case 'healthTest':
      return typeof value === 'string' ? ['CMD-SHELL', value] : toTexts(value);
    case 'fileMode':
      return toFileMode(value);
    case 'deviceCount':
      return toDeviceCount(value);
    case 'sshKeys':
      return toSshKeys(value);
    case 'envFile':
      return toEnvFile(value);
    case 'ulimit':
      return toUlimit(value);
  }
}

function toText(value: Tree): string {
  if (typeof value === 'string') return value;
  refuseUnsigned(value);
  if (isInteger(value) && !(value instanceof GoFloat)) return scalarText(value);
  throw new DecodeError(
    `must be a string, not ${kindOf(value)}`,
    isMapping(value) || Array.isArray(value) ? undefined : 'put it in quotes',
  );
}

function toOnlyText(value: Tree): string {
  if (typeof value === 'string') return value;
  throw new DecodeError(`must be a string, not ${kindOf(value)}`);
}

function toTexts(value: Tree): string[] {
  if (!Array.isArray(value)) throw new DecodeError(`must be a list, not ${kindOf(value)}`);
  return value.map(toOnlyText);
}

function toBool(value: Tree, warn: (message: string) => void): boolean {
  if (typeof value === 'boolean') return value;
  const word = typeof value === 'string' ? value.toLowerCase() : '';
  if (word === 'true' || word === 'false') return word === 'true';
  const isYes = ['y', 'yes', 'on'].includes(word);
  if (!isYes && !['n', 'no', 'off'].includes(word))
    throw new DecodeError(`"${scalarText(value)}" is not a boolean`, 'write true or false');
  warn(`"${scalarText(value)}" for boolean is not supported by YAML 1.2, please use \`${isYes}\``);
  return isYes;
}

function toInt(value: Tree): number {
  if (isNumber(value)) return exact(typeof value === 'bigint' ? BigInt.asIntN(64, value) : truncated(toNumber(value)));
  const whole = typeof value === 'string' ? readInt64(value) : null;
  if (whole === null) throw new DecodeError(`"${scalarText(value)}" is not a whole number`);
  return exact(whole);
}

/** Unsigned fields are never read from text. What their bits can't hold is cut off, as Go does. */
function toCount(value: Tree, bits: 16 | 32 | 64): number {
  if (!isNumber(value) || toNumber(value) < 0)
    throw new DecodeError(`must be a number, not ${kindOf(value)}`, 'take the quotes away');
  return exact(BigInt.asUintN(bits, typeof value === 'bigint' ? value : truncatedUnsigned(toNumber(value))));
}

function exact(whole: bigint): number {
  // Beyond 2^53 only a bigint is exact; nobody but the printers and hashes looks closer.
  return Number.isSafeInteger(Number(whole)) ? Number(whole) : (whole as unknown as number);
}

function toFloat(value: Tree): number {
  const number = isNumber(value) ? toNumber(value) : typeof value === 'string' ? readFloat(value) : null;
  if (number === null) throw new DecodeError(`"${scalarText(value)}" is not a number`);
  const single = shortestFloat32(number);
  // Docker Compose prints it as YAML, and can't hash it.
  if (!Number.isFinite(single)) throw new DecodeError(`${scalarText(value)} is no finite number`);
  return single;
}

/** What a resource has of processors: Docker Compose reads no unsigned number here. */
function toCpus(value: Tree): number {
  refuseUnsigned(value);
  return toFloat(value);
}

/** Whole numbers from 2^63 on are of a type that some fields don't read. */
function refuseUnsigned(value: Tree): void {
  if (typeof value === 'bigint' && value >= 2n ** 63n) throw new DecodeError(`${value} is too large a number`);
}

/** Docker Compose takes any whole number as it is, and no notice of one with a fraction. */
function toBytes(value: Tree): string {
  if (value instanceof GoFloat) return '0';
  if (isNumber(value)) return typeof value === 'bigint' || Number.isInteger(value) ? wholeBytes(value) : '0';
  const bytes = parseBytes(scalarText(value));
  if (bytes === null)
    throw new DecodeError(`invalid size: "${scalarText(value)}"`, 'write bytes, or a number with b, k, m, g, such as 512m');
  return bytes.toString();
}

function wholeBytes(value: number | bigint): string {
  return BigInt.asIntN(64, BigInt(value)) === BigInt(value) ? String(value) : '0';
}

function toDuration(value: Tree): string {
  const duration = parseDuration(scalarText(value));
  if (duration === null)
    throw new DecodeError(`invalid duration: "${scalarText(value)}"`, 'write a number with a unit, such as 30s, 1m30s or 500ms');
  return formatDuration(duration);
}

function toMapping(value: Tree, unset: '' | null): Json {
  const entries: [string, string | null][] = [];
  if (Array.isArray(value)) {
    for (const item of value) {
      const text = scalarText(item);
      const equals = text.indexOf('=');
      entries.push(equals === -1 ? [text, unset] : [text.slice(0, equals), text.slice(equals + 1)]);
    }
  } else if (isMapping(value)) {
    for (const key of Object.keys(value)) entries.push([key, value[key] === null ? unset : scalarText(value[key] as Tree)]);
  } else throw new DecodeError(`must be a mapping or a list, not ${kindOf(value)}`);
  return sorted(entries);
}

/** A list's names may not end in white space; Docker Compose looks at the last byte alone, which "à" shares with a hard space. */
function withoutTrailingSpaces(value: Tree): Tree {
  for (const item of Array.isArray(value) ? value : []) {
    const name = scalarText(item).split('=', 1)[0] ?? '';
    if (isSpace(Buffer.from(name.slice(-1)).at(-1) ?? 0))
      throw new DecodeError(`the name of the variable "${name}" ends in white space`, 'take the space out, or write a mapping');
  }
  return value;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte === 0x85 || byte === 0xa0;
}

/** Values must be strings, or whole numbers that are printed as such. */
function toTextMapping(value: Tree): Json {
  if (!isMapping(value)) throw new DecodeError(`must be a mapping, not ${kindOf(value)}`);
  return sorted(Object.keys(value).map((key) => [key, value[key] === null ? '' : toText(value[key] as Tree)]));
}

function sorted(entries: readonly (readonly [string, Json])[]): Json {
  const mapping = Object.create(null) as { [key: string]: Json };
  for (const [key, value] of new Map([...entries].sort(([left], [right]) => compareBytes(left, right)))) mapping[key] = value;
  return mapping;
}

function toMultiOptions(value: Tree): Json {
  if (!isMapping(value)) throw new DecodeError(`must be a mapping, not ${kindOf(value)}`);
  return sorted(
    Object.keys(value)
      .map((key): [string, string[]] => {
        const option = value[key] as Tree;
        return [key, Array.isArray(option) ? option.map(scalarText) : [scalarText(option)]];
      })
      .filter(([, options]) => options.length > 0),
  );
}

/** `host=ip`, sorted. A host may have several addresses. */
function toHosts(value: Tree): string[] {
  const hosts = new Map<string, string[]>();
  const add = (host: string, address: string): void => {
    if (host === '' || /[:=]/.test(host)) throw new DecodeError(`bad host name "${host}"`, 'write host=address');
    const addresses = hosts.get(host) ?? [];
    hosts.set(host, addresses);
    addresses.push(address.length > 2 ? address.replace(/^\[(.*)\]$/, '$1') : address);
  };
  if (Array.isArray(value)) {
    for (const item of value) {
      const text = scalarText(item);
      const at = text.includes('=') ? text.indexOf('=') : text.indexOf(':');
      if (at === -1) throw new DecodeError(`"${text}" has no address`, 'write host=address');
      for (const address of text.slice(at + 1).split(',')) add(text.slice(0, at), address);
    }
  } else if (isMapping(value)) {
    for (const host of Object.keys(value)) {
      const addresses = value[host] as Tree;
      for (const address of Array.isArray(addresses) ? addresses : [addresses]) add(host, scalarText(address));
    }
  } else throw new DecodeError(`must be a mapping or a list, not ${kindOf(value)}`);
  return [...hosts].flatMap(([host, addresses]) => addresses.map((address) => `${host}=${address}`)).sort(compareBytes);
}

function toCommand(value: Tree): string[] {
  if (Array.isArray(value)) return value.map(toOnlyText);
  const words = splitShellWords(toOnlyText(value));
  if (words === null) throw new DecodeError('invalid command line string', 'close the quotes, or write the command as a list');
  return words;
}

/** `0440`, as four digits. */
function toFileMode(value: Tree): string {
  const isWritten = typeof value === 'string' && /^[-+]?[0-7]+$/.test(value);
  refuseUnsigned(value);
  const isWhole = isInteger(value) && !(value instanceof GoFloat);
  const mode = isWhole ? value : isWritten ? parseInt(value, 8) : null;
  if (mode === null) throw new DecodeError(`"${scalarText(value)}" is not a file mode`, 'write it in octal, such as 0440');
  return `0${mode.toString(8)}`;
}

/** -1 is all of them. */
function toDeviceCount(value: Tree): number {
  refuseUnsigned(value);
  if (isInteger(value) && !(value instanceof GoFloat)) return toInt(value);
  const text = scalarText(value);
  if (text.toLowerCase() === 'all') return -1;
  const count = typeof value === 'string' ? readInt64(text) : null;
  if (count === null) throw new DecodeError(`invalid value "${text}", the only value allowed is 'all' or a number`);
  return exact(count);
}

/** `default`, or `id=path`. */
function toSshKeys(value: Tree): string[] {
  const mapping: Mapping = isMapping(value) ? value : newMapping();
  return sortedKeys(mapping).map((id) =>
    mapping[id] === null || mapping[id] === '' ? id : `${id}=${scalarText(mapping[id] as Tree)}`,
  );
}

function toEnvFile(value: Tree): Json {
  const { path = '', required = true, format = '' } = isMapping(value) ? value : { path: value };
  const isRequired = required === true || (typeof required === 'string' && toBool(required, () => {}));
  return { path: toText(path), required: isRequired, ...(format === '' || format === null ? {} : { format: toText(format) }) };
}

function toUlimit(value: Tree): Json {
  if (!isMapping(value)) {
    refuseUnsigned(value);
    return toInt(value);
  }
  const { soft = 0, hard = 0, ...rest } = value;
  const extensions = Object.entries(rest).filter(([key]) => key.startsWith('x-'));
  return { soft: toInt(soft), hard: toInt(hard), ...Object.fromEntries(extensions.map(([key, own]) => [key, own as Json])) };
}
