// Short forms become long ones, so that the phases after this one know a single form of everything.

import type { MusterError } from '#lib/errors.ts';
import { cleanPath } from './gopath.ts';
import { copyPlace, copyPlaces } from './places.ts';
import { problemAt } from './problem.ts';
import { compileRules, rulesBelow, type RuleTree } from './rules.ts';
import { parsePort } from './short-port.ts';
import { FormError, parseVolume, ShortFormError } from './short-volume.ts';
import {
  GoFloat,
  isInt,
  isInteger,
  isMapping,
  kindOf,
  newMapping,
  scalarText,
  type Mapping,
  type PathKey,
  type Tree,
} from './tree.ts';

export type CanonicalOptions = {
  /** Without interpolation a short form may hold a variable: what can't be read stays as it is. */
  readonly keepUnreadable: boolean;
  readonly warn: (message: string) => void;
  /** Gets what can't be read: the values are still there, in their short form. */
  readonly problems: MusterError[];
  /** … and this what is no longer there. */
  readonly dropped: MusterError[];
};

type Context = CanonicalOptions & { readonly root: Mapping; readonly path: PathKey[] };
type Transform = (value: Tree, context: Context) => Tree;

export function toCanonical(root: Mapping, options: CanonicalOptions): Mapping {
  visit(root, transforms, { ...options, root, path: [] });
  return root;
}

function visit(value: Tree, rules: RuleTree<Transform> | undefined, context: Context): Tree {
  if (rules === undefined) return value;
  const changed = rules.rule === undefined ? value : apply(rules.rule, value, context);
  if (changed !== null && typeof changed === 'object' && changed !== value && value !== null && typeof value === 'object') {
    copyPlaces(value, changed);
  }
  if (isMapping(changed)) {
    for (const key of Object.keys(changed)) changed[key] = descend(changed[key] as Tree, key, rules, context);
  } else if (Array.isArray(changed)) {
    changed.forEach((item, index) => (changed[index] = descend(item, index, rules, context)));
  }
  return changed;
}

function descend(value: Tree, key: PathKey, rules: RuleTree<Transform>, context: Context): Tree {
  const below = rulesBelow(rules, key);
  if (below === undefined) return value;
  context.path.push(key);
  const changed = visit(value, below, context);
  context.path.pop();
  return changed;
}

function apply(transform: Transform, value: Tree, context: Context): Tree {
  try {
    return transform(value, context);
  } catch (cause) {
    if (!(cause instanceof ShortFormError) && !(cause instanceof FormError)) throw cause;
    if (context.keepUnreadable && cause instanceof ShortFormError) return value;
    context.problems.push(
      problemAt(context.root, context.path, cause.message, { hint: 'use the long form when the short one is unclear' }),
    );
    return null;
  }
}

/** A mapping made of the given entries. */
function mappingOf(entries: Readonly<Record<string, Tree>>): Mapping {
  return Object.assign(newMapping(), entries);
}

const orList: Transform = (value) => (typeof value === 'string' ? [value] : value);
const orMapping =
  (key: string): Transform =>
  (value) =>
    typeof value === 'string' ? mappingOf({ [key]: value }) : value;

const namedList: Transform = (value) => {
  if (!Array.isArray(value)) return value;
  const mapping = newMapping();
  value.forEach((item, index) => {
    mapping[scalarText(item)] = null;
    copyPlace(value, index, mapping, scalarText(item));
  });
  return mapping;
};

const keyValues: Transform = (value) => {
  if (!Array.isArray(value)) return value;
  const mapping = newMapping();
  for (const item of value) {
    const text = scalarText(item);
    const equals = text.indexOf('=');
    if (equals === -1) throw new ShortFormError(`"${text}" is not of the form NAME=VALUE`);
    mapping[text.slice(0, equals)] = text.slice(equals + 1);
  }
  return mapping;
};

const dependsOn: Transform = (value) => {
  if (Array.isArray(value)) {
    const mapping = newMapping();
    value.forEach((item, index) => {
      mapping[scalarText(item)] = mappingOf({ condition: 'service_started', required: true });
      copyPlace(value, index, mapping, scalarText(item));
    });
    return mapping;
  }
  if (isMapping(value)) {
    for (const entry of Object.values(value)) if (isMapping(entry) && !('required' in entry)) entry['required'] = true;
  }
  return value;
};

const envFile: Transform = (value) => {
  const list = Array.isArray(value) ? value : [value];
  return list.map((item) => {
    if (typeof item === 'string') return mappingOf({ path: item, required: true });
    if (isMapping(item) && !('required' in item)) item['required'] = true;
    return item;
  });
};

const ports: Transform = (value, context) => {
  if (!Array.isArray(value)) return value;
  const converted: Tree[] = [];
  for (const [index, item] of value.entries()) {
    const own = isMapping(item) ? [item] : portsOf(item, index, context);
    if (own === null) return value;
    for (const port of own) {
      copyPlace(value, index, converted, converted.length);
      converted.push(port);
    }
  }
  return converted;
};

/** The ports of a short form; null when it can't be read and is to stay. */
function portsOf(item: Tree, index: number, context: Context): readonly Mapping[] | null {
  const drop = (message: string, hint: string): readonly Mapping[] => {
    context.dropped.push(problemAt(context.root, [...context.path, index], message, { code: 'PORT_INVALID', hint }));
    return [];
  };
  if (typeof item !== 'string' && (!isInteger(item) || item instanceof GoFloat))
    return drop(`a port can't be ${kindOf(item)}`, 'write "HOST_PORT:CONTAINER_PORT"');
  try {
    const parsed = parsePort(scalarText(item));
    return parsed.every((port) => port['target'] !== 0) ? parsed : drop('is missing a target port', 'ports start at 1');
  } catch (cause) {
    if (!(cause instanceof ShortFormError)) throw cause;
    if (context.keepUnreadable) return null;
    return drop(cause.message, 'write [HOST_IP:][HOST_PORT:]CONTAINER_PORT[/PROTOCOL], for example "8080:80"');
  }
}

const volumeMount: Transform = (value) => {
  if (typeof value !== 'string') return value;
  const volume = parseVolume(value);
  if (typeof volume['target'] === 'string') volume['target'] = cleanPath(volume['target']);
  return volume;
};

const device: Transform = (value, { keepUnreadable }) => {
  if (typeof value !== 'string') return value;
  const [source = '', target = '', permissions = 'rwm', ...more] = value.split(':');
  if (more.length > 0 && keepUnreadable) return mappingOf({ source: '', target: '', permissions: 'rwm' });
  if (more.length > 0) throw new FormError(`confusing device mapping, please use long syntax: ${value}`);
  return mappingOf({ source, target: target === '' ? source : target, permissions });
};

const gpus: Transform = (value) => (typeof value === 'string' ? [mappingOf({ count: value })] : value);

const ssh: Transform = (value) => {
  if (!Array.isArray(value)) return value;
  const mapping = newMapping();
  for (const item of value) {
    const text = scalarText(item);
    const equals = text.indexOf('=');
    if (equals === -1 && text !== 'default') throw new FormError(`invalid ssh key "${text}"`);
    mapping[equals === -1 ? text : text.slice(0, equals)] = equals === -1 ? null : text.slice(equals + 1);
  }
  return mapping;
};

const ulimit: Transform = (value) => {
  if (isInt(value) || isMapping(value)) return value;
  throw new FormError(`a limit can't be ${kindOf(value)}`);
};

const booleanText: Transform = (value) => (typeof value === 'boolean' ? String(value) : value);

const maybeExternal: Transform = (value, context) => {
  if (!isMapping(value) || !isMapping(value['external'])) return value;
  const { name } = value['external'];
  value['external'] = true;
  if (name === undefined) return value;
  context.warn(`${context.path.join('.')}: external.name is deprecated. Please set name and external: true`);
  if ('name' in value && value['name'] !== name) throw new FormError('name and external.name conflict; only use name');
  value['name'] = name;
  return value;
};

const transforms = compileRules<Transform>({
  'services.*.build': orMapping('context'),
  'services.*.build.secrets.*': orMapping('source'),
  'services.*.build.provenance': booleanText,
  'services.*.build.sbom': booleanText,
  'services.*.build.additional_contexts': keyValues,
  'services.*.build.ssh': ssh,
  'services.*.build.ulimits.*': ulimit,
  'services.*.ulimits.*': ulimit,
  'services.*.depends_on': dependsOn,
  'services.*.env_file': envFile,
  'services.*.label_file': orList,
  'services.*.extends': orMapping('service'),
  'services.*.gpus': gpus,
  'services.*.networks': namedList,
  'services.*.models': namedList,
  'services.*.volumes.*': volumeMount,
  'services.*.dns': orList,
  'services.*.devices.*': device,
  'services.*.develop.watch.*.ignore': orList,
  'services.*.develop.watch.*.include': orList,
  'services.*.secrets.*': orMapping('source'),
  'services.*.configs.*': orMapping('source'),
  'services.*.ports': ports,
  'services.*.x-muster.process.ports': ports,
  'volumes.*': maybeExternal,
  'networks.*': maybeExternal,
  'secrets.*': maybeExternal,
  'configs.*': maybeExternal,
  'include.*': orMapping('path'),
});

/** Empty entries of `dns` say nothing; they come from variables that are unset. */
export function omitEmpty(root: Mapping): Mapping {
  const services = root['services'];
  if (!isMapping(services)) return root;
  for (const service of Object.values(services)) {
    if (isMapping(service) && Array.isArray(service['dns'])) {
      service['dns'] = service['dns'].filter((item) => item !== null && item !== '');
    }
  }
  return root;
}
