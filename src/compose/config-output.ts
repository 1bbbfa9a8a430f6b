// What `config` prints of a project, byte for byte as Docker Compose does.

import { MusterError } from '#lib/errors.ts';
import { builtImageName } from '#model/names.ts';
import type { Project } from '#model/project.ts';
import { unmarkReferences } from '#model/reference.ts';
import { serviceHash } from './hash.ts';
import { Entries, Later, layoutAny, layoutStruct, type Format, type Node } from './layout.ts';
import { indentedJson } from './print-json.ts';
import { toToml } from './print-toml.ts';
import { toYaml } from './print-yaml.ts';
import { unknownService } from './selection.ts';
import { sortedKeys } from './sort.ts';
import { fileObject, model as modelType, network, service, volume } from './structs.ts';
import type { StructType } from './struct-types.ts';
import { variablesOf, type TemplateVariable } from './template.ts';
import { rulesBelow, withoutRules, type RuleTree } from './rules.ts';
import { isMapping, newMapping, type Mapping, type Tree } from './tree.ts';
import { identities } from './unicity.ts';

/** Dollars are doubled, so that the output can be read again as a Compose file; references stay references. */
export function configText(project: Project, format: Format): string {
  const text = format === 'json' ? indentedJson(jsonLayout(project)) : textOf(yamlLayout(project, format), format);
  return unmarkReferences(text.replaceAll('$', '$$$$'));
}

/** The model without interpolation. `isNormalized`: the phase that adds what is unsaid has run. */
export function rawConfigText(model: Mapping, format: Format, isNormalized = true): string {
  return format === 'json'
    ? indentedJson(layoutAny(withNulls(model, isNormalized ? keptEmpty : identities)))
    : textOf(layoutAny(model), format);
}

/** Lists that a phase has made anew; the phase that normalises unmakes two of them. */
const keptEmpty = withoutRules(identities, ['services.*.environment', 'services.*.build.args']);

/** Go has no empty list but the one that a phase has made: where none has, JSON says null. */
function withNulls(value: Tree, rules: RuleTree<unknown> | undefined): Tree {
  if (Array.isArray(value)) {
    if (value.length === 0 && rules?.rule === undefined) return null;
    return value.map((item, index) => withNulls(item, rulesBelow(rules, index)));
  }
  if (!isMapping(value)) return value;
  const copy = newMapping();
  for (const key of Object.keys(value)) copy[key] = withNulls(value[key] as Tree, rulesBelow(rules, key));
  return copy;
}

function jsonLayout(project: Project): Node {
  refuseSshPaths(project);
  const sections = sectionsOf(project, 'json').filter(
    ([key, value]) => key === 'services' || (key !== 'models' && value.list.length > 0),
  );
  const extensions = sortedKeys(project.extensions).map((key): [string, Node] => [
    key,
    layoutAny(withNulls(project.extensions[key] as Tree, undefined)),
  ]);
  const entries: [string, Node][] = [['name', project.name], ...sections, ...extensions];
  return new Entries(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** Docker Compose can't print these as JSON either; its YAML has them. */
function refuseSshPaths(project: Project): void {
  for (const [name, { build }] of Object.entries(project.services)) {
    const keys = Array.isArray(build?.ssh) ? build.ssh : [];
    if (!keys.some((key) => String(key).includes('='))) continue;
    throw new MusterError('UNSUPPORTED', `services.${name}.build.ssh: a key with a path can't be printed as JSON`, {
      hint: 'print it as YAML: --format yaml',
    });
  }
}

function textOf(node: Node, format: Format): string {
  return format === 'toml' ? toToml(node) : toYaml(node);
}

function yamlLayout(project: Project, format: Format): Node {
  const sections = sectionsOf(project, format).filter(([key, value]) => key === 'services' || value.list.length > 0);
  const extensions = sortedKeys(project.extensions).map((key): [string, Node] => [key, layoutAny(project.extensions[key])]);
  // An override file has no name.
  const name: [string, Node][] = project.name === '' ? [] : [['name', project.name]];
  return new Entries([...name, ...sections, ...extensions]);
}

function sectionsOf(project: Project, format: Format): [string, Entries][] {
  const section = (elements: Readonly<Record<string, unknown>>, type: StructType): Entries =>
    new Entries(
      sortedKeys(elements).map((key) => [key, new Later(() => layoutStruct(elements[key] as object, type, format))]),
      true,
    );
  return [
    ['services', section(project.services, service)],
    ['networks', section(project.networks, network)],
    ['volumes', section(project.volumes, volume)],
    ['secrets', section(project.secrets, fileObject)],
    ['configs', section(project.configs, fileObject)],
    ['models', section(project.models, modelType)],
  ];
}

/** `config --hash '*'`: a line per service; or the named ones. Docker Compose takes services without their env_file and label_file read. */
export function hashLines(project: Project, names: readonly string[]): string[] {
  return [...(names.length === 0 ? sortedKeys(project.services) : names)].sort().map((name) => {
    const own = project.services[name];
    if (own === undefined) throw unknownService(name, { enabled: project.services, disabled: project.disabledServices });
    return `${name} ${serviceHash(own)}`;
  });
}

/** `config --services --no-interpolate`. */
export function serviceNamesIn(model: Mapping): string[] {
  const { services } = model;
  return isMapping(services) ? sortedKeys(services) : [];
}

/** `config --images`. */
export function imageNames(project: Project, separator: '-' | '_' = '-'): string[] {
  return sortedKeys(project.services).map(
    (name) => project.services[name]?.image ?? builtImageName(project.name, name, separator),
  );
}

/** `config --models`: the names of the models, not their keys. */
export function modelNames(project: Project): string[] {
  return sortedKeys(project.models).map((key) => (project.models[key] as { readonly model?: string }).model ?? key);
}

/** `config --profiles`: also those that are not enabled. */
export function profileNames(project: Project): string[] {
  const services = [...Object.values(project.services), ...Object.values(project.disabledServices)];
  return [...new Set(services.flatMap((own) => own.profiles ?? []))].sort();
}

/** `config --environment`: what interpolation saw. */
export function environmentLines(project: Project): string[] {
  return Object.entries(project.environment)
    .map(([name, value]) => `${name}=${value}`)
    .sort();
}

/**
 * `config --variables`: by name, of the model that is not interpolated. Of several mentions the last in the order of the files counts, as mostly in
 * Docker Compose, where maps have no order.
 */
export function variablesIn(model: Mapping): TemplateVariable[] {
  const found = new Map<string, TemplateVariable>();
  const visit = (value: Tree): void => {
    if (typeof value === 'string') for (const variable of variablesOf(value)) found.set(variable.name, variable);
    else if (Array.isArray(value)) value.forEach(visit);
    else if (isMapping(value)) for (const key of Object.keys(value)) visit(value[key] as Tree);
  };
  visit(model);
  return [...found.keys()].sort().map((name) => found.get(name) as TemplateVariable);
}
