// Lists whose items have an identity keep one item per identity: the last one, at the place of the first.

import type { MusterError } from '#lib/errors.ts';
import { problemAt } from './problem.ts';
import { copyPlace } from './places.ts';
import { compileRules, rulesBelow, type RuleTree } from './rules.ts';
import { parseVolume, ShortFormError } from './short-volume.ts';
import { GoFloat, isInteger, isMapping, kindOf, scalarText, type Mapping, type PathKey, type Tree } from './tree.ts';

/** Identity of an item, or null when it has none. Throws IdentityError for what can't be an item. */
type Identity = (item: Tree) => string | null;
class IdentityError extends Error {}

/** Items that can't have an identity are dropped, and added to `problems`. */
export function enforceUnicity(root: Mapping, problems: MusterError[]): Mapping {
  visit(root, identities, [], { root, problems });
  return root;
}

type Context = { readonly root: Mapping; readonly problems: MusterError[] };

function visit(value: Tree, rules: RuleTree<Identity> | undefined, path: PathKey[], context: Context): Tree {
  if (rules === undefined) return value;
  if (isMapping(value)) {
    for (const key of Object.keys(value)) {
      const below = rulesBelow(rules, key);
      if (below === undefined) continue;
      path.push(key);
      value[key] = visit(value[key] as Tree, below, path, context);
      path.pop();
    }
    return value;
  }
  return Array.isArray(value) && rules.rule !== undefined ? withoutRepeats(value, rules.rule, path, context) : value;
}

function withoutRepeats(items: Tree[], identityOf: Identity, path: readonly PathKey[], context: Context): Tree[] {
  const kept: Tree[] = [];
  const indexes = new Map<string | null, number>();
  items.forEach((item, index) => {
    const identity = identify(item, identityOf, [...path, index], context);
    if (identity === undefined) return;
    const before = indexes.get(identity);
    const at = before ?? kept.length;
    indexes.set(identity, at);
    kept[at] = item;
    copyPlace(items, index, kept, at);
  });
  return kept;
}

function identify(
  item: Tree,
  identityOf: Identity,
  path: readonly PathKey[],
  { root, problems }: Context,
): string | null | undefined {
  try {
    return identityOf(item);
  } catch (cause) {
    if (!(cause instanceof IdentityError) && !(cause instanceof ShortFormError)) throw cause;
    problems.push(problemAt(root, path, cause.message));
    return undefined;
  }
}

const byKey: Identity = (item) => {
  if (typeof item !== 'string') throw new IdentityError(`must be a string, not ${kindOf(item)}`);
  const equals = item.indexOf('=');
  return equals === -1 ? item : item.slice(0, equals);
};

const byTarget: Identity = (item) => {
  if (typeof item === 'string') return scalarText(parseVolume(item)['target'] ?? null);
  if (!isMapping(item)) return '';
  if (typeof item['target'] !== 'string') throw new IdentityError('is missing a mount target');
  return item['target'];
};

const byDevice: Identity = (item) => {
  if (typeof item !== 'string') return byTarget(item);
  const [source = '', target] = item.split(':');
  return target ?? source;
};

const byText: Identity = (item) => {
  if (typeof item !== 'string' && (!isInteger(item) || item instanceof GoFloat))
    throw new IdentityError(`must be a string or a whole number, not ${isInteger(item) ? 'a float' : kindOf(item)}`);
  return scalarText(item);
};

const byMount =
  (folder: string): Identity =>
  (item) => {
    if (typeof item === 'string') return `${folder}/${item}`;
    if (!isMapping(item)) throw new IdentityError(`must be a string or a mapping, not ${kindOf(item)}`);
    return 'target' in item ? scalarText(item['target']) : `${folder}/${scalarText(item['source'] ?? null)}`;
  };

const byPort: Identity = (item) => {
  if (typeof item === 'string') return item;
  if (isInteger(item) && !(item instanceof GoFloat)) return scalarText(item);
  if (!isMapping(item)) return '';
  const { host_ip: host = '0.0.0.0', protocol = 'tcp', target, published = null } = item;
  if (target === undefined) throw new IdentityError('is missing a target port');
  // A number and a string are different here, as in Docker Compose.
  return `${scalarText(host)}:${typeof published}${scalarText(published)}:${scalarText(target)}/${scalarText(protocol)}`;
};

const byPath: Identity = (item) => {
  if (typeof item === 'string') return item;
  if (!isMapping(item)) return '';
  if (item['path'] === undefined) throw new IdentityError('path is missing');
  return scalarText(item['path']);
};

export const identities = compileRules<Identity>({
  'networks.*.labels': byKey,
  'networks.*.ipam.options': byKey,
  'services.*.annotations': byKey,
  'services.*.build.args': byKey,
  'services.*.build.additional_contexts': byKey,
  'services.*.build.platform': byKey,
  'services.*.build.tags': byKey,
  'services.*.build.labels': byKey,
  'services.*.cap_add': byKey,
  'services.*.cap_drop': byKey,
  'services.*.devices': byDevice,
  'services.*.configs': byMount(''),
  'services.*.deploy.labels': byKey,
  'services.*.dns': byKey,
  'services.*.dns_opt': byKey,
  'services.*.dns_search': byKey,
  'services.*.environment': byKey,
  'services.*.env_file': byPath,
  'services.*.expose': byText,
  'services.*.labels': byKey,
  'services.*.links': byKey,
  'services.*.networks.*.aliases': byKey,
  'services.*.networks.*.link_local_ips': byKey,
  'services.*.ports': byPort,
  'services.*.profiles': byKey,
  'services.*.secrets': byMount('/run/secrets'),
  'services.*.sysctls': byKey,
  'services.*.tmpfs': byKey,
  'services.*.volumes': byTarget,
});
