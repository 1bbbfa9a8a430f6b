// Substitution of $VAR and ${VAR…} in one string, with Docker Compose's rules: nested defaults are evaluated first, whether they
// are used or not; operators are found from the left; `$$` is a dollar.

export type Lookup = (name: string) => string | undefined;

export type TemplateContext = {
  readonly lookup: Lookup;
  /** Told of each variable that has neither value nor default. */
  readonly unset: (name: string) => void;
};

export class TemplateError extends Error {
  readonly kind: 'format' | 'required';
  readonly variable: string;
  constructor(kind: 'format' | 'required', variable: string, message: string) {
    super(message);
    this.kind = kind;
    this.variable = variable;
  }
}

const pattern = /\$(?:(\$)|([_a-z][_a-z0-9]*)|\{(?:([_a-z][_a-z0-9]*(?::?[-+?][^\n]*)?)\}|()))/gi;
const operators = [':?', '?', ':-', '-', ':+', '+'] as const;
type Operator = (typeof operators)[number];

export function substitute(template: string, context: TemplateContext): string {
  if (!template.includes('$')) return template;
  return template.replace(pattern, (match: string) => replaceMatch(match, template, context));
}

function replaceMatch(match: string, template: string, context: TemplateContext): string {
  const operator = firstOperator(match);
  const closing = closingBrace(match);
  const rest = closing < 0 ? '' : match.slice(closing + 1);
  const groups = new RegExp(pattern.source, 'i').exec(closing < 0 ? match : match.slice(0, closing + 1));
  if (groups?.[1] !== undefined) return '$';
  const braced = groups?.[3] ?? '';
  const name = groups?.[2] ?? braced;
  if (name === '') throw new TemplateError('format', '', `invalid interpolation format: "${template}"`);
  if (braced !== '' && operator !== null && braced.includes(operator))
    return applyOperator(operator, braced, context) + substitute(rest, context);
  const value = context.lookup(name);
  if (value === undefined) context.unset(name);
  return value ?? '';
}

function applyOperator(operator: Operator, braced: string, context: TemplateContext): string {
  const at = braced.indexOf(operator);
  const name = braced.slice(0, at);
  const argument = substitute(braced.slice(at + operator.length), context);
  const value = context.lookup(name);
  const counts = value !== undefined && (!operator.startsWith(':') || value !== '');
  if (operator.endsWith('-')) return counts ? value : argument;
  if (operator.endsWith('+')) return counts ? argument : (value ?? '');
  if (counts) return value;
  const message = `required variable ${name} is missing a value`;
  throw new TemplateError('required', name, argument === '' ? message : `${message}: ${argument}`);
}

function firstOperator(text: string): Operator | null {
  let first: Operator | null = null;
  let firstAt = Infinity;
  for (const operator of operators) {
    const at = text.indexOf(operator);
    if (at !== -1 && at < firstAt) [first, firstAt] = [operator, at];
  }
  return first;
}

/** Index of the brace that closes the first one, or -1. The character after an opening brace is never looked at, as in Docker Compose. */
function closingBrace(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '}' && --depth === 0) return at;
    if (text[at] === '{') {
      depth++;
      at++;
    }
  }
  return -1;
}

export type TemplateVariable = {
  readonly name: string;
  readonly defaultValue: string;
  readonly presenceValue: string;
  readonly required: boolean;
};

/** The variables that a string names, also those in defaults and alternatives; for `config --variables`. */
export function variablesOf(template: string): TemplateVariable[] {
  return [...template.matchAll(pattern)].flatMap((match) => {
    if (match[1] !== undefined) return [];
    const closing = closingBrace(match[0]);
    const text = match[2] ?? (closing < 0 ? (match[3] ?? '') : match[0].slice(2, closing));
    const rest = closing < 0 ? '' : match[0].slice(closing + 1);
    return [...variableOf(text), ...variablesOf(rest)];
  });
}

function variableOf(text: string): TemplateVariable[] {
  const operator = firstOperator(text);
  const name = operator === null ? text : text.slice(0, text.indexOf(operator));
  const argument = operator === null ? '' : text.slice(name.length + operator.length);
  if (name === '') return [];
  const variable = {
    name,
    defaultValue: operator?.endsWith('-') === true ? argument : '',
    presenceValue: operator?.endsWith('+') === true ? argument : '',
    required: operator?.endsWith('?') === true,
  };
  // Docker Compose looks into defaults and alternatives, not into messages.
  return variable.required ? [variable] : [variable, ...variablesOf(argument)];
}
