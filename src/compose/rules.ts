// Rules keyed by path patterns such as `services.*.ports`, walked along with the tree, so that each node is looked up once.

import type { PathKey } from './tree.ts';

export type RuleTree<Rule> = { rule?: Rule; readonly children: Map<string, RuleTree<Rule>>; any?: RuleTree<Rule> };

export function compileRules<Rule>(rules: Readonly<Record<string, Rule>>): RuleTree<Rule> {
  const root: RuleTree<Rule> = { children: new Map() };
  for (const [pattern, rule] of Object.entries(rules)) {
    let node = root;
    for (const part of pattern.split('.')) node = descend(node, part);
    node.rule = rule;
  }
  return root;
}

function descend<Rule>(node: RuleTree<Rule>, part: string): RuleTree<Rule> {
  if (part === '*') return (node.any ??= { children: new Map() });
  let next = node.children.get(part);
  if (next === undefined) node.children.set(part, (next = { children: new Map() }));
  return next;
}

/** The rules below `key`, if there are any. */
export function rulesBelow<Rule>(node: RuleTree<Rule> | undefined, key: PathKey): RuleTree<Rule> | undefined {
  if (node === undefined) return undefined;
  return (typeof key === 'string' ? node.children.get(key) : undefined) ?? node.any;
}

/** The same rules but for those at the given patterns. */
export function withoutRules<Rule>(tree: RuleTree<Rule>, patterns: readonly string[], at = ''): RuleTree<Rule> {
  const below = (child: RuleTree<Rule>, key: string): RuleTree<Rule> =>
    withoutRules(child, patterns, at === '' ? key : `${at}.${key}`);
  const copy: RuleTree<Rule> = { children: new Map([...tree.children].map(([key, child]) => [key, below(child, key)])) };
  if (tree.any !== undefined) copy.any = below(tree.any, '*');
  if (tree.rule !== undefined && !patterns.includes(at)) copy.rule = tree.rule;
  return copy;
}
