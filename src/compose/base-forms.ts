// A file that others extend is not compared with the schema, but what has a short form must be of a kind that has one.

import type { MusterError } from '#lib/errors.ts';
import { problemAt } from './problem.ts';
import { compileRules, rulesBelow, type RuleTree } from './rules.ts';
import { isMapping, kindOf, type Mapping, type PathKey, type Tree } from './tree.ts';

type Form = 'text' | 'list' | 'mapping';

const short: readonly Form[] = ['text', 'mapping'];
const names: readonly Form[] = ['list', 'mapping'];

/** By path. Null is none of the forms. */
const formsByPath = compileRules<readonly Form[]>({
  'services.*.build': short,
  'services.*.build.additional_contexts': names,
  'services.*.build.secrets.*': short,
  'services.*.build.ssh': names,
  'services.*.configs.*': short,
  'services.*.depends_on': names,
  'services.*.depends_on.*': short,
  'services.*.devices.*': short,
  'services.*.env_file': ['text', 'list', 'mapping'],
  'services.*.extends': short,
  'services.*.gpus': ['text', 'list'],
  'services.*.ports': ['list'],
  'services.*.secrets.*': short,
  'services.*.volumes.*': short,
});

export function checkBaseForms(root: Mapping): MusterError[] {
  const problems: MusterError[] = [];
  check(root, formsByPath, [], { root, problems });
  return problems;
}

type Found = { readonly root: Mapping; readonly problems: MusterError[] };

function check(value: Tree, rules: RuleTree<readonly Form[]>, path: PathKey[], found: Found): void {
  if (rules.rule !== undefined && !rules.rule.some((form) => form === formOf(value)))
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
