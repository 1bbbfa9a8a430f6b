// Merging a later file (or an extending service) over what is there: mappings by key, lists appended, scalars replaced, and
// Compose's special cases. The base is changed in place; it belongs to the loader.

import type { MusterError } from '#lib/errors.ts';
import { problemAt } from './problem.ts';
import { copyPlace } from './places.ts';
import { compileRules, rulesBelow, type RuleTree } from './rules.ts';
import { timeInGo } from './timestamp.ts';
import { isMapping, kindOf, newMapping, scalarText, Timestamp, type Mapping, type PathKey, type Tree } from './tree.ts';

type Merger = (base: Tree, over: Tree, context: MergeContext) => Tree;
type MergeContext = {
  readonly path: PathKey[];
  readonly root: Mapping;
  readonly rules: RuleTree<Merger> | undefined;
  readonly problems: MusterError[];
};

/** `base` with `over` on top. Where the two can't go together it keeps the base and adds to `problems`. */
export function mergeModels(base: Mapping, over: Mapping, problems: MusterError[]): Mapping {
  return mergeMappings(base, over, { path: [], root: over, rules: mergers, problems });
}

/** A service over the one that it extends. */
export function mergeServices(base: Mapping, over: Mapping, name: string, problems: MusterError[]): Mapping {
  const rules = rulesBelow(rulesBelow(mergers, 'services'), name);
  const root = Object.assign(newMapping(), { services: Object.assign(newMapping(), { [name]: over }) });
  return mergeMappings(base, over, { path: ['services', name], root, rules, problems });
}

function merge(base: Tree, over: Tree, context: MergeContext): Tree {
  const special = context.rules?.rule;
  if (special !== undefined) return special(base, over, context);
  if (over === null) return base;
  if (isMapping(base)) return isMapping(over) ? mergeMappings(base, over, context) : conflict(base, over, context);
  if (Array.isArray(base)) return Array.isArray(over) ? append(base, over) : conflict(base, over, context);
  return over;
}

function mergeMappings(base: Mapping, over: Mapping, context: MergeContext): Mapping {
  for (const key of Object.keys(over)) {
    const value = over[key] as Tree;
    if (key in base) {
      context.path.push(key);
      base[key] = merge(base[key] as Tree, value, { ...context, rules: rulesBelow(context.rules, key) });
      context.path.pop();
    } else base[key] = value;
    copyPlace(over, key, base, key);
  }
  return base;
}

function append(base: Tree[], over: readonly Tree[]): Tree[] {
  over.forEach((item, index) => {
    copyPlace(over, index, base, base.length);
    base.push(item);
  });
  return base;
}

function conflict(base: Tree, over: Tree, { root, path, problems }: MergeContext): Tree {
  const message = `cannot override: an earlier file has ${kindOf(base)} here, this one ${kindOf(over)}`;
  problems.push(
    problemAt(root, path, message, { hint: 'write both in the same form, or replace the earlier one with !override' }),
  );
  return base;
}

const replace: Merger = (_, over) => over;

const toSequence: Merger = (base, over) => append(asSequence(base), asSequence(over));

const extraHosts: Merger = (base, over) => {
  const hosts = asSequence(base);
  const before = new Set(hosts);
  return append(
    hosts,
    asSequence(over).filter((host) => !before.has(host)),
  );
};

const ulimit: Merger = (base, over, context) => (isMapping(base) && isMapping(over) ? mergeMappings(base, over, context) : over);

const logging: Merger = (base, over, context) => {
  if (!isMapping(base) || !isMapping(over)) return over ?? base;
  const isSameDriver = base['driver'] === over['driver'] || !('driver' in base) || !('driver' in over);
  return isSameDriver ? mergeMappings(base, over, context) : over;
};

const build: Merger = (base, over, context) => mergeMappings(asBuild(base), asBuild(over), context);

function asBuild(value: Tree): Mapping {
  if (isMapping(value)) return value;
  const mapping = newMapping();
  if (typeof value === 'string') mapping['context'] = value;
  return mapping;
}

const dependsOn: Merger = (base, over, context) => {
  const started = (): Mapping => Object.assign(newMapping(), { condition: 'service_started', required: true });
  return mergeMappings(asMapping(base, started), asMapping(over, started), context);
};

const namedEntries: Merger = (base, over, context) =>
  mergeMappings(
    asMapping(base, () => null),
    asMapping(over, () => null),
    context,
  );

/** Pools are merged by their subnet. */
const ipamConfig: Merger = (base, over, context) => {
  if (!Array.isArray(base) || !Array.isArray(over)) return over ?? base;
  const pools: Mapping[] = [];
  const bySubnet = (subnet: Tree | undefined): number => pools.findIndex((pool) => pool['subnet'] === subnet);
  for (const original of base.filter(isMapping)) {
    for (const pool of over.filter(isMapping)) {
      if (pool['subnet'] !== original['subnet'] && bySubnet(pool['subnet']) === -1) {
        pools.push(pool);
        continue;
      }
      const merged = mergeMappings(original, pool, context);
      const at = bySubnet(merged['subnet']);
      if (at === -1) pools.push(merged);
      else pools[at] = merged;
    }
  }
  return pools;
};

const printedByGo = (value: Tree): string => (value instanceof Timestamp ? timeInGo(value) : scalarText(value));

/** `{A: 1, B: null}` becomes `["A=1", "B"]`, in key order. */
export function asSequence(value: Tree): Tree[] {
  if (Array.isArray(value)) return value;
  if (typeof value === 'string') return [value];
  const items: Tree[] = [];
  if (!isMapping(value)) return items;
  const entries = Object.keys(value).flatMap((key) => {
    const own = value[key] as Tree;
    const texts = Array.isArray(own)
      ? own.map((item) => `${key}=${printedByGo(item)}`)
      : [own === null ? key : `${key}=${printedByGo(own)}`];
    return texts.map((text) => ({ key, text }));
  });
  entries.sort((left, right) => (left.text < right.text ? -1 : left.text > right.text ? 1 : 0));
  for (const { key, text } of entries) {
    copyPlace(value, key, items, items.length);
    items.push(text);
  }
  return items;
}

function asMapping(value: Tree, entry: () => Tree): Mapping {
  if (isMapping(value)) return value;
  const mapping = newMapping();
  if (!Array.isArray(value)) return mapping;
  value.forEach((item, index) => {
    const key = scalarText(item);
    mapping[key] = entry();
    copyPlace(value, index, mapping, key);
  });
  return mapping;
}

const mergers = compileRules<Merger>({
  'networks.*.ipam.config': ipamConfig,
  'networks.*.labels': toSequence,
  'volumes.*.labels': toSequence,
  'services.*.annotations': toSequence,
  'services.*.build': build,
  'services.*.build.args': toSequence,
  'services.*.build.additional_contexts': toSequence,
  'services.*.build.extra_hosts': extraHosts,
  'services.*.build.labels': toSequence,
  'services.*.command': replace,
  'services.*.depends_on': dependsOn,
  'services.*.deploy.labels': toSequence,
  'services.*.dns': toSequence,
  'services.*.dns_opt': toSequence,
  'services.*.dns_search': toSequence,
  'services.*.entrypoint': replace,
  'services.*.env_file': toSequence,
  'services.*.label_file': toSequence,
  'services.*.environment': toSequence,
  'services.*.extra_hosts': extraHosts,
  'services.*.healthcheck.test': replace,
  'services.*.labels': toSequence,
  'services.*.volumes.*.volume.labels': toSequence,
  'services.*.logging': logging,
  'services.*.models': namedEntries,
  'services.*.networks': namedEntries,
  'services.*.sysctls': toSequence,
  'services.*.tmpfs': toSequence,
  'services.*.ulimits.*': ulimit,
  'services.*.x-muster.process.command': replace,
  'services.*.x-muster.remote.expected_status': replace,
});
