// Variables are substituted in the parsed tree, in values only, so that they can never change the structure of the file.

import { MusterError } from '#lib/errors.ts';
import { CastError, casts, type Cast } from './cast.ts';
import { placeOf } from './places.ts';
import { rulesBelow, type RuleTree } from './rules.ts';
import { pathText } from './problem.ts';
import { maxTotalLength, substitute, TemplateError, type Lookup } from './template.ts';
import { isMapping, type Mapping, type PathKey, type Tree } from './tree.ts';

export type InterpolateOptions = {
  readonly lookup: Lookup;
  readonly warn: (message: string) => void;
  /** Told of each reference to a service's address. */
  readonly reference: () => void;
};

/** Substitutes in place; all bad templates of the file are collected in `problems`. */
export function interpolate(root: Mapping, options: InterpolateOptions, problems: MusterError[]): void {
  const path: PathKey[] = [];
  let total = 0;
  const { lookup, reference } = options;
  const context = { lookup, reference, unset: (name: string) => options.warn(unsetWarning(name)) };

  const visit = (value: Tree, rules: RuleTree<Cast> | undefined): Tree => {
    if (typeof value === 'string') return convert(value, rules?.rule);
    if (Array.isArray(value)) {
      value.forEach((item, index) => {
        path.push(index);
        value[index] = visit(item, rulesBelow(rules, index));
        path.pop();
      });
    } else if (isMapping(value)) {
      for (const key of Object.keys(value)) {
        path.push(key);
        value[key] = visit(value[key] as Tree, rulesBelow(rules, key));
        path.pop();
      }
    }
    return value;
  };

  const convert = (text: string, cast: Cast | undefined): Tree => {
    try {
      const result = substitute(text, context);
      if (result !== text) total += result.length;
      if (total > maxTotalLength) throw new TemplateError('size', '', 'the variables make the file longer than 64 MiB');
      return cast === undefined ? result : cast(result, options.warn);
    } catch (cause) {
      problems.push(problemOf(cause, root, path, text));
      return text;
    }
  };

  visit(root, casts);
}

export function unsetWarning(name: string): string {
  const warning = `The "${name}" variable is not set. Defaulting to a blank string.`;
  return /^MUSTER_(PORT|HOST|VOLUME|MOUNT)_/.test(name) ? `${warning} A native service's own is written $$\{${name}}.` : warning;
}

function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function templateHint(text: string): string {
  if (/\$\(|\$\{\$?\(/.test(text))
    return 'Compose runs no commands: set a variable in the shell and write ${NAME}; for a literal dollar write $$';
  if (text.lastIndexOf('${') > text.lastIndexOf('}')) return 'close it with }: ${NAME}; for a literal dollar write $$';
  return 'write ${NAME} or ${NAME:-default}; for a literal dollar write $$';
}

function problemOf(cause: unknown, root: Mapping, path: readonly PathKey[], text: string): MusterError {
  const place = placeOf(root, path);
  const where = { path: [...path], ...(place === undefined ? {} : { place }) };
  if (cause instanceof TemplateError && cause.kind === 'required') {
    return new MusterError('VARIABLE_REQUIRED', `error while interpolating ${pathText(path)}: ${cause.message}`, {
      hint: `set ${cause.variable} in the environment or in .env`,
      ...where,
    });
  }
  if (cause instanceof TemplateError && cause.kind === 'size') {
    const hint = 'shorten the variables';
    return new MusterError('COMPOSE_TOO_LARGE', `${pathText(path)}: ${cause.message}`, { hint, ...where });
  }
  if (cause instanceof TemplateError) {
    return new MusterError('INTERPOLATION', `invalid interpolation format for ${pathText(path)}: "${shortened(text)}"`, {
      hint: templateHint(text),
      ...where,
    });
  }
  if (cause instanceof CastError) {
    return new MusterError('COMPOSE_INVALID', `${pathText(path)}: failed to cast to expected type: ${cause.message}`, {
      hint: text.includes('$') ? 'check the value of the variable' : cause.hint,
      ...where,
    });
  }
  throw cause;
}
