// References to another service's address, `${service:db.ip}`: text that the loader leaves in a service's strings and that is
// replaced when the service is made.

/** Stands for the dollar of a reference, so that a literal `${…}` is never taken for one. Unicode keeps U+FDD0 for a program's own use. */
const mark = '\uFDD0';

/** `ip`: of the first replica that runs; `ips`: of all, with commas; a port: where the target port is reachable at that ip. */
export type Wish = { readonly kind: 'ip' } | { readonly kind: 'ips' } | { readonly kind: 'port'; readonly target: number };

export type Reference = {
  readonly service: string;
  readonly wish: Wish;
  /** As written: `${db.port.5432}`. */
  readonly text: string;
};

const wishes = String.raw`\.(ips?|port\.[0-9]{1,5})\}`;
const longForm = new RegExp(String.raw`\{service:([a-zA-Z0-9][a-zA-Z0-9._-]*?)${wishes}`, 'y');
/** Only names that a variable could have: with a hyphen, Compose sees a default value. */
const shortForm = new RegExp(String.raw`\{([a-zA-Z_][a-zA-Z0-9_]*)${wishes}`, 'y');
const marked = new RegExp(String.raw`${mark}\{(?:service:([a-zA-Z0-9][a-zA-Z0-9._-]*?)|([a-zA-Z_][a-zA-Z0-9_]*))${wishes}`, 'g');

/** Length of the reference whose dollar stands at `start`; null when there is none. */
export function referenceLength(template: string, start: number): number | null {
  for (const form of [longForm, shortForm]) {
    form.lastIndex = start + 1;
    const found = form.exec(template);
    if (found !== null) return 1 + found[0].length;
  }
  return null;
}

/** A reference, as the model holds it. `text` is the reference as written, with its dollar. */
export const markReference = (text: string): string => mark + text.slice(1);

/** As it was written, for people and for `config`. */
export const unmarkReferences = (text: string): string =>
  text.includes(mark) ? text.replace(marked, (found) => `$${found.slice(1)}`) : text;

/** Those in one string, or anywhere inside of a value. */
export function referencesIn(value: unknown): Reference[] {
  if (typeof value === 'string') return value.includes(mark) ? [...value.matchAll(marked)].map(referenceOf) : [];
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(referencesIn);
}

function referenceOf([text, long, short, wish = '']: RegExpMatchArray): Reference {
  return { service: long ?? short ?? '', wish: wishOf(wish), text: `$${text.slice(1)}` };
}

function wishOf(text: string): Wish {
  if (text === 'ip' || text === 'ips') return { kind: text };
  return { kind: 'port', target: Number(text.slice('port.'.length)) };
}

/** The value with what is known put in; a reference for which `resolve` has null stays. Shares what has no reference. */
export function resolveReferences<Value>(value: Value, resolve: (reference: Reference) => string | null): Value {
  // A string, list or map is replaced by one of the same type, so the cast holds.
  return resolved(value, resolve) as Value;
}

function resolved(value: unknown, resolve: (reference: Reference) => string | null): unknown {
  if (typeof value === 'string') return inText(value, resolve);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => resolved(item, resolve));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  const entries = Object.entries(value);
  const after = entries.map(([key, member]): [string, unknown] => [key, resolved(member, resolve)]);
  return after.some(([, member], index) => member !== entries[index]?.[1]) ? Object.fromEntries(after) : value;
}

function inText(text: string, resolve: (reference: Reference) => string | null): string {
  if (!text.includes(mark)) return text;
  return text.replace(marked, (...found: [string, string | undefined, string | undefined, string, ...unknown[]]) => {
    const [whole, long, short, wish] = found;
    return resolve({ service: long ?? short ?? '', wish: wishOf(wish), text: `$${whole.slice(1)}` }) ?? whole;
  });
}
