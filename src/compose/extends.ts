// `extends`: a service starts from another one, of this file or another, and is merged over it.

import { MusterError } from '#lib/errors.ts';
import { parentOf, relativePath } from './gopath.ts';
import { localFile } from './local-file.ts';
import { mergeServices } from './merge.ts';
import { nearestName } from './nearest.ts';
import { resolvePaths } from './paths.ts';
import { copyPlaces, placeOf } from './places.ts';
import { problemAt } from './problem.ts';
import { applyResets } from './reset.ts';
import type { Layer, Session } from './session.ts';
import { isMapping, kindOf, newMapping, type Mapping, type Tree, type TreePath } from './tree.ts';

export type ExtendsContext = {
  readonly file: string;
  /** Paths that this document resets: they also drop what is inherited. */
  readonly resets: readonly TreePath[];
  readonly layer: Layer;
  readonly session: Session;
  readonly load: (path: string) => { readonly services: Mapping; readonly resets: readonly TreePath[] };
};

type Link = { readonly file: string; readonly service: string };

export function applyExtends(root: Mapping, context: ExtendsContext): void {
  const { services } = root;
  if (services === undefined) return;
  if (!isMapping(services)) {
    const hint =
      services === null
        ? 'indent what belongs to it by two more spaces, or remove the key'
        : 'write each service as its name and a colon, indented by two spaces';
    const problem = problemAt(root, ['services'], `must be a mapping, not ${kindOf(services)}`, { side: 'value', hint });
    // Merged with another file it would be gone.
    if (services !== null) throw problem;
    context.session.problems.addIn(root, [problem]);
    return;
  }
  const scope: Scope = { root, services, file: context.file, resets: [context.resets], context };
  let isHopeless = false;
  for (const name of Object.keys(services)) {
    const service = services[name];
    if (!isMapping(service) || !('extends' in service)) continue;
    if (isHopeless) {
      context.session.problems.skip(['services', name, 'extends']);
      delete service['extends'];
      continue;
    }
    services[name] = context.session.problems.attempt(
      () => extend(name, service, scope, []),
      (problem) => {
        context.session.problems.addDropped([problem]);
        // The others of an endless chain would walk along it again.
        isHopeless = problem.code === 'COMPOSE_TOO_LARGE';
        delete service['extends'];
        return service;
      },
    );
  }
}

type Scope = {
  readonly root: Mapping;
  readonly services: Mapping;
  readonly file: string;
  readonly resets: readonly (readonly TreePath[])[];
  readonly context: ExtendsContext;
};

/** Longer chains are not written by people. */
const maxChain = 500;

function extend(name: string, service: Mapping, scope: Scope, chain: readonly Link[]): Mapping {
  const reference = referenceOf(name, service, scope);
  const link: Link = { file: scope.file, service: name };
  if (chain.some((before) => before.file === link.file && before.service === link.service))
    throw cycle([...chain, link], scope, name);
  if (chain.length > maxChain) {
    throw problemAt(scope.root, ['services', name, 'extends'], `is the last of ${maxChain} services that extend one another`, {
      code: 'COMPOSE_TOO_LARGE',
      hint: 'extend fewer times',
    });
  }
  const target = reference.file === null ? scope : scopeOf(reference.file, name, scope);
  const base = baseService(reference.service, name, target, scope, [...chain, link]);
  if (base === null) return service;
  const source = cloneWithPlaces(base) as Mapping;
  const holder = Object.assign(newMapping(), { services: Object.assign(newMapping(), { [name]: source }) });
  for (const resets of target.resets) applyResets(holder, resets);
  const problems: MusterError[] = [];
  const merged = mergeServices(source, service, name, problems);
  scope.context.session.problems.addDropped(problems);
  delete merged['extends'];
  if (target !== scope) return merged;
  scope.services[name] = merged;
  return merged;
}

function baseService(reference: string, name: string, target: Scope, scope: Scope, chain: readonly Link[]): Mapping | null {
  const base = target.services[reference];
  if (base === undefined) {
    const near = nearestName(reference, Object.keys(target.services));
    throw problemAt(
      scope.root,
      ['services', name, 'extends'],
      `cannot extend service "${name}": service "${reference}" not found in ${target.file}`,
      {
        code: 'COMPOSE_REFERENCE',
        hint: near === null ? 'name a service of that file' : `did you mean "${near}"?`,
      },
    );
  }
  if (base === null) return null;
  if (!isMapping(base)) throw problemAt(target.root, ['services', reference], `must be a mapping, not ${kindOf(base)}`);
  return 'extends' in base ? extend(reference, base, target, chain) : base;
}

function referenceOf(name: string, service: Mapping, scope: Scope): { readonly service: string; readonly file: string | null } {
  const value = service['extends'];
  const reference = isMapping(value) ? value['service'] : value;
  const file = isMapping(value) ? (value['file'] ?? null) : null;
  if (typeof reference !== 'string' || (file !== null && typeof file !== 'string')) {
    throw problemAt(
      scope.root,
      ['services', name, 'extends'],
      'must be the name of a service, or a mapping with service: and file:',
    );
  }
  return { service: reference, file };
}

function scopeOf(file: string, name: string, scope: Scope): Scope {
  const { layer, session, load } = scope.context;
  const { file: path, root: repository } = localFile(file, ['services', name, 'extends', 'file'], scope.root, { layer, session });
  if (session.reader.kind(path) !== 'file') {
    const at = ['services', name, 'extends', 'file'];
    const place = placeOf(scope.root, at);
    throw new MusterError('FILE_NOT_FOUND', `service "${name}" extends ${path}: no such file`, {
      hint: 'check the path: it is relative to the file that extends',
      path: at,
      ...(place === undefined ? {} : { place }),
    });
  }
  const { services, resets } = load(path);
  const root = Object.assign(newMapping(), { services: cloneWithPlaces(services) });
  // In a repository the paths of a base are relative to its root, wherever the file is: so does Docker Compose.
  const folder = relativePath(layer.baseDir, repository ?? parentOf(path));
  const problems: MusterError[] = [];
  resolvePaths(root, { base: folder, home: session.home, followLinks: (link) => link }, problems);
  session.problems.addIn(root, problems);
  return { root, services: root['services'] as Mapping, file: path, resets: [...scope.resets, resets], context: scope.context };
}

function cycle(links: readonly Link[], scope: Scope, name: string): MusterError {
  const text = links.map((link) => `${link.service} in ${link.file}`).join(', which extends ');
  return problemAt(scope.root, ['services', name, 'extends'], `circular reference: ${text}`, {
    code: 'COMPOSE_CYCLE',
    hint: 'let one of them stand on its own',
  });
}

function cloneWithPlaces(value: Tree): Tree {
  if (Array.isArray(value)) {
    const copy = value.map(cloneWithPlaces);
    copyPlaces(value, copy);
    return copy;
  }
  if (!isMapping(value)) return value;
  const copy = newMapping();
  for (const key of Object.keys(value)) copy[key] = cloneWithPlaces(value[key] as Tree);
  copyPlaces(value, copy);
  return copy;
}
