// Two services -> the fields that differ, each with its path: `command: a -> b`, `ports[0].published: 8080 -> 8081`.

import type { Json } from '#lib/canonical-json.ts';
import type { FieldChange } from '#model/plan.ts';
import type { Service } from '#model/project.ts';
import { environmentMark, isPartOfReplica, recordService, recordedSources } from '#model/recorded-service.ts';
import { hidden, mayBeSecret, redactText } from './redact.ts';

/**
 * What differs between a replica's service as it was recorded and the wanted one. Only fields that make a replica different are looked
 * at; fields that `before` does not know (it was reconstructed from inspection) are skipped. `sources`: digests of what `after` mounts.
 */
export function diffService(
  before: Partial<Service>,
  after: Service,
  sources: Readonly<Record<string, string>> = {},
): FieldChange[] {
  // A Service is JSON all through; its type just says more.
  const old = before as Readonly<Record<string, Json>>;
  const wanted = recordService(after, sources);
  const fields = [...new Set([...Object.keys(old), ...(isComplete(old) ? Object.keys(wanted) : [])])]
    .filter(isPartOfReplica)
    .sort();
  return fields.flatMap((field) =>
    field === recordedSources
      ? diffSources(old[field], wanted[field])
      : diffValue(field, spelledOut(field, old[field]), spelledOut(field, wanted[field]), false),
  );
}

/** `networks: {back: null}` means attached; null elsewhere means not set. */
function spelledOut(field: string, value: Json | undefined): Json | undefined {
  if (field !== 'networks' || !isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, how]) => [key, isMap(how) && Object.keys(how).length > 0 ? how : 'attached']),
  );
}

/** A record of ours (or a whole service) knows every field; one put together from inspection lacks the two that are always there. */
function isComplete(old: Readonly<Record<string, Json>>): boolean {
  return 'command' in old && 'entrypoint' in old;
}

function diffSources(before: Json | undefined, after: Json | undefined): FieldChange[] {
  const [old, wanted] = [asMap(before), asMap(after)];
  return [...new Set([...Object.keys(old), ...Object.keys(wanted)])].sort().flatMap((key): FieldChange[] => {
    // One that came or went shows in the service's own secrets or configs.
    if (old[key] === undefined || wanted[key] === undefined || old[key] === wanted[key]) return [];
    return [{ field: key.replace(':', ' '), from: 'content', to: 'content changed' }];
  });
}

/** `inEnvironment`: never a value, only that it is set, changed or gone. */
function diffValue(path: string, before: Json | undefined, after: Json | undefined, inEnvironment: boolean): FieldChange[] {
  const [old, wanted] = [emptyAsAbsent(before), emptyAsAbsent(after)];
  if (same(old, wanted)) return [];
  const within = inEnvironment || /(^|\.)environment$/.test(path);
  if (isMap(old ?? wanted) && isMap(wanted ?? old)) {
    const [oldMap, wantedMap] = [asMap(old), asMap(wanted)];
    return [...new Set([...Object.keys(oldMap), ...Object.keys(wantedMap)])]
      .sort()
      .flatMap((key) => diffValue(`${path}.${key}`, oldMap[key], wantedMap[key], within));
  }
  // Lists of objects (ports, volumes, …) go entry by entry; lists of words (command) read better as a whole.
  if (mayBeObjectList(old) && mayBeObjectList(wanted) && (isObjectList(old) || isObjectList(wanted))) {
    const [oldList, wantedList] = [asList(old), asList(wanted)];
    return Array.from({ length: Math.max(oldList.length, wantedList.length) }).flatMap((_, index) =>
      diffEntry(`${path}[${index}]`, oldList[index], wantedList[index], within),
    );
  }
  if (within || mayBeSecret(lastName(path))) return [concealed(path, old, wanted)];
  const [from, to] = [inWords(old), inWords(wanted)];
  return [from === to && from !== null ? concealed(path, old, wanted) : { field: path, from, to }];
}

/** An entry that came or went is one change, not one per member. */
function diffEntry(path: string, before: Json | undefined, after: Json | undefined, inEnvironment: boolean): FieldChange[] {
  if (isMap(before) && isMap(after)) return diffValue(path, before, after, inEnvironment);
  return [{ field: path, from: entryInWords(before), to: entryInWords(after) }];
}

function entryInWords(entry: Json | undefined): string | null {
  if (!isMap(entry)) return inWords(entry);
  return Object.entries(entry)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${inWords(masked(key, value ?? null))}`)
    .join(' ');
}

/** A value without what may be secret in it, however deep. */
function masked(name: string, value: Json): Json {
  if (name === 'environment' || (mayBeSecret(name) && (typeof value !== 'object' || value === null))) return hidden.set;
  if (Array.isArray(value)) return value.map((item: Json) => masked('', item));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, masked(key, member ?? null)]));
}

function concealed(field: string, before: Json | undefined, after: Json | undefined): FieldChange {
  return {
    field,
    from: before === undefined ? null : hidden.set,
    to: after === undefined ? null : before === undefined ? hidden.set : hidden.changed,
  };
}

function inWords(value: Json | undefined): string | null {
  if (value === undefined || value === null) return null;
  return redactText(typeof value === 'string' ? value : JSON.stringify(masked('', value)));
}

/** null, {} and [] mean "not set" in a canonical service; a list that is set and empty (entrypoint) is not the same as null. */
function emptyAsAbsent(value: Json | undefined): Json | undefined {
  if (value === null) return undefined;
  return isMap(value) && Object.keys(value).length === 0 ? undefined : value;
}

/** `before` holds values or their marks, depending on who wrote it down; `after` always holds marks where it hides values. */
function same(before: Json | undefined, after: Json | undefined): boolean {
  if (before === after) return true;
  if (before === undefined || after === undefined) return false;
  if (typeof before === 'string' && typeof after === 'string') return environmentMark(before) === after;
  return JSON.stringify(before) === JSON.stringify(after);
}

const isMap = (value: Json | undefined): value is { readonly [key: string]: Json | undefined } =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
const isObjectList = (value: Json | undefined): boolean => Array.isArray(value) && value.length > 0 && value.every(isMap);
const mayBeObjectList = (value: Json | undefined): boolean => value === undefined || (Array.isArray(value) && value.every(isMap));
const asMap = (value: Json | undefined): { readonly [key: string]: Json | undefined } => (isMap(value) ? value : {});
const asList = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);
const lastName = (path: string): string => path.slice(path.lastIndexOf('.') + 1);
