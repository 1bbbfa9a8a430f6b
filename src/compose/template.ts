// Substitution of $VAR and ${VAR…} in one string, with Docker Compose's rules: nested defaults are evaluated first, whether they
// are used or not; operators are found from the left; `$$` is a dollar.

import { markReference, referenceLength } from '#model/reference.ts';

export type Lookup = (name: string) => string | undefined;

export type TemplateContext = {
  readonly lookup: Lookup;
  /** Told of each variable that has neither value nor default. */
  readonly unset: (name: string) => void;
  /** Where `${service:db.ip}` may stand, which stays, marked: told of each. Elsewhere it is invalid, as in Docker Compose. */
  readonly reference?: () => void;
};

export class TemplateError extends Error {
  readonly kind: 'format' | 'required' | 'size';
  readonly variable: string;
  constructor(kind: 'format' | 'required' | 'size', variable: string, message: string) {
    super(message);
    this.kind = kind;
    this.variable = variable;
  }
}

const operators = [':?', '?', ':-', '-', ':+', '+'] as const;
type Operator = (typeof operators)[number];

/** One `$…` of a template: a literal dollar, a bare name, or a name with an operator and its argument. */
type Reference =
  | { readonly kind: 'dollar'; readonly end: number }
  | { readonly kind: 'invalid'; readonly end: number }
  | { readonly kind: 'address'; readonly end: number; readonly text: string }
  | {
      readonly kind: 'variable';
      readonly end: number;
      readonly name: string;
      readonly operator: Operator | null;
      readonly argument: string;
    };

/** Longer than any file that is read. */
const maxLength = 8 * 1024 * 1024;
/** All that one file's variables may become. */
export const maxTotalLength = 64 * 1024 * 1024;

/** Deeper nesting of defaults than anybody reads. */
const maxNesting = 500;

export function substitute(template: string, context: TemplateContext, nesting = 0): string {
  if (!template.includes('$')) return template;
  if (nesting > maxNesting) throw new TemplateError('format', '', 'defaults are nested too deeply');
  let result = '';
  let at = 0;
  for (const { start, reference } of referencesIn(template)) {
    result += template.slice(at, start) + valueOf(reference, template, context, nesting);
    at = reference.end;
    if (result.length > maxLength) throw new TemplateError('size', '', 'the variables in it make it longer than 8 MiB');
  }
  return result + template.slice(at);
}

function valueOf(reference: Reference, template: string, context: TemplateContext, nesting: number): string {
  if (reference.kind === 'dollar') return '$';
  if (reference.kind === 'address' && context.reference !== undefined) {
    context.reference();
    return markReference(reference.text);
  }
  if (reference.kind === 'invalid' || reference.kind === 'address')
    throw new TemplateError('format', '', `invalid interpolation format: "${template}"`);
  const { name, operator } = reference;
  if (operator === null) {
    const value = context.lookup(name);
    if (value === undefined) context.unset(name);
    return value ?? '';
  }
  // Also an argument that is not used is evaluated, with its warnings and errors.
  const argument = substitute(reference.argument, context, nesting + 1);
  const value = context.lookup(name);
  const counts = value !== undefined && (!operator.startsWith(':') || value !== '');
  if (operator.endsWith('-')) return counts ? value : argument;
  if (operator.endsWith('+')) return counts ? argument : (value ?? '');
  if (counts) return value;
  const message = `required variable ${name} is missing a value`;
  throw new TemplateError('required', name, argument === '' ? message : `${message}: ${argument}`);
}

function* referencesIn(template: string): Generator<{ readonly start: number; readonly reference: Reference }> {
  for (let start = template.indexOf('$'); start !== -1;) {
    const reference = referenceAt(template, start);
    if (reference !== null) yield { start, reference };
    start = template.indexOf('$', reference?.end ?? start + 1);
  }
}

/** null: a dollar that stands for itself. */
function referenceAt(template: string, start: number): Reference | null {
  const next = template[start + 1];
  if (next === '$') return { kind: 'dollar', end: start + 2 };
  if (next !== '{') {
    const name = nameAt(template, start + 1);
    return name === '' ? null : { kind: 'variable', end: start + 1 + name.length, name, operator: null, argument: '' };
  }
  const name = nameAt(template, start + 2);
  const afterName = start + 2 + name.length;
  if (name !== '' && template[afterName] === '}')
    return { kind: 'variable', end: afterName + 1, name, operator: null, argument: '' };
  const operator = name === '' ? undefined : operators.find((candidate) => template.startsWith(candidate, afterName));
  const closing = operator === undefined ? -1 : closingBrace(template, start);
  if (operator === undefined || closing === -1) return addressAt(template, start) ?? { kind: 'invalid', end: start + 2 };
  return { kind: 'variable', end: closing + 1, name, operator, argument: template.slice(afterName + operator.length, closing) };
}

/** Looked for last: where Compose sees a variable, it is one. */
function addressAt(template: string, start: number): Reference | null {
  const length = referenceLength(template, start);
  if (length === null) return null;
  return { kind: 'address', end: start + length, text: template.slice(start, start + length) };
}

function nameAt(template: string, at: number): string {
  const namePattern = /[_a-z][_a-z0-9]*/iy;
  namePattern.lastIndex = at;
  return namePattern.exec(template)?.[0] ?? '';
}

/**
 * Index of the brace that closes the one after `start`, on the same line. The character after an opening brace is never looked
 * at, as in Docker Compose; where braces do not balance, the last one of the line counts.
 */
function closingBrace(template: string, start: number): number {
  const lineEnd = template.indexOf('\n', start);
  const end = lineEnd === -1 ? template.length : lineEnd;
  let last = -1;
  let depth = 0;
  for (let at = start; at < end; at++) {
    if (template[at] === '}') {
      last = at;
      if (--depth === 0) return at;
    }
    if (template[at] === '{') {
      depth++;
      at++;
      if (template[at] === '}') last = at;
    }
  }
  return last;
}

export type TemplateVariable = {
  readonly name: string;
  readonly defaultValue: string;
  readonly presenceValue: string;
  readonly required: boolean;
};

/** The variables that a string names, also those in defaults and alternatives; for `config --variables`. */
export function variablesOf(template: string): TemplateVariable[] {
  const variables: TemplateVariable[] = [];
  // Docker Compose takes a line's last brace for the one that closes, and reads what is in between before the variable itself.
  let spanEnd = 0;
  const held: TemplateVariable[][] = [];
  const release = (): void => {
    for (let own = held.pop(); own !== undefined; own = held.pop()) for (const variable of own) variables.push(variable);
  };
  for (const { start, reference } of referencesIn(template)) {
    if (start >= spanEnd) release();
    // Docker Compose counts what it can't read as a variable without a name.
    if (reference.kind === 'invalid') variables.push({ name: '', defaultValue: '', presenceValue: '', required: false });
    if (reference.kind !== 'variable') continue;
    const { name, operator, argument, end } = reference;
    const required = operator?.endsWith('?') === true;
    const own = {
      name,
      defaultValue: operator?.endsWith('-') === true ? argument : '',
      presenceValue: operator?.endsWith('+') === true ? argument : '',
      required,
    };
    if (operator === null) {
      variables.push(own);
      continue;
    }
    if (start >= spanEnd) spanEnd = template.lastIndexOf('}', endOfLine(template, end)) + 1;
    // Docker Compose looks into defaults and alternatives, not into messages.
    held.push([own, ...(required ? [] : variablesOf(argument))]);
  }
  release();
  return variables;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}
