// A file that others extend is not compared with the schema, but what has a short form must be of a kind that has one.

import type { MusterError } from '#lib/errors.ts';
import { problemAt } from './problem.ts';
import { compileRules, rulesBelow, type RuleTree } from './rules.ts';
import { isMapping, kindOf, type Mapping, type PathKey, type Tree } from './tree.ts';

type Form = 'text' | 'list' | 'mapping';

type Rule = (value: Tree, key: PathKey) => boolean;

const oneOf =
  (...forms: readonly Form[]): Rule =>
  (value) =>
    forms.some((form) => form === formOf(value));
const short = oneOf('text', 'mapping');
const names = oneOf('list', 'mapping');
/** In a list it is the name, in a mapping what is said of it. */
const dependency: Rule = (value, key) => formOf(value) === (typeof key === 'number' ? 'text' : 'mapping');
/** Docker Compose resolves paths in lists of lists too. */
const paths = (value: Tree): boolean => (Array.isArray(value) ? value.every(paths) : typeof value === 'string');

/** By path. Null is none of the forms. */
const rulesByPath = compileRules<Rule>({
  'services.*.build': short,
  'services.*.build.additional_contexts': names,
  'services.*.build.secrets.*': short,
  'services.*.build.ssh': names,
  'services.*.configs.*': short,
  'services.*.depends_on': names,
  'services.*.depends_on.*': dependency,
  'services.*.develop.watch.*.path': paths,
  'services.*.devices.*': short,
  'services.*.env_file': oneOf('text', 'list', 'mapping'),
  'services.*.extends': short,
  'services.*.gpus': oneOf('text', 'list'),
  'services.*.label_file.*': paths,
  'services.*.ports': oneOf('list'),
  'services.*.secrets.*': short,
  'services.*.volumes.*': short,
});

export function checkBaseForms(root: Mapping): MusterError[] {
  const problems: MusterError[] = [];
  check(root, rulesByPath, [], { root, problems });
  return problems;
}

type Found = { readonly root: Mapping; readonly problems: MusterError[] };

function check(value: Tree, rules: RuleTree<Rule>, path: PathKey[], found: Found): void {
  if (rules.rule?.(value, path.at(-1) ?? '') === false)
    found.problems.push(problemAt(found.root, path, `can't be ${kindOf(value)}`, { hint: 'write it as in a file of its own' }));
  const entries: [PathKey, Tree][] = Array.isArray(value) ? [...value.entries()] : isMapping(value) ? Object.entries(value) : [];
  for (const [key, own] of entries) {
    const below = rulesBelow(rules, key);
    if (below !== undefined) check(own, below, [...path, key], found);
  }
}

function formOf(value: Tree): Form | null {
  if (typeof value === 'string') return 'text';
  if (Array.isArray(value)) return 'list';
  return isMapping(value) ? 'mapping' : null;
}
