// `include`: other applications, each with its own folder and .env, whose resources become part of this model.

import { MusterError } from '#lib/errors.ts';
import { envFromFiles } from './env-files.ts';
import { isAbsolutePath, joinPath, parentOf, relativePath } from './gopath.ts';
import { localFile } from './local-file.ts';
import { problemAt } from './problem.ts';
import type { Problems } from './problems.ts';
import { placeOf, copyPlace } from './places.ts';
import type { Layer, Session } from './session.ts';
import { isMapping, kindOf, newMapping, sameTree, type Mapping, type Tree } from './tree.ts';

export type IncludeContext = {
  readonly layer: Layer;
  readonly session: Session;
  /** Files that led here, this one last. */
  readonly including: readonly string[];
  /** The model of another layer; passed in, for the two call each other. */
  readonly loadModel: (layer: Layer, session: Session, including: readonly string[]) => Mapping;
};

export function applyIncludes(root: Mapping, context: IncludeContext): void {
  const { include } = root;
  const { problems } = context.session;
  if (include === undefined) return;
  if (include !== null && !Array.isArray(include)) throw problemAt(root, ['include'], `must be a list, not ${kindOf(include)}`);
  (include ?? []).forEach((entry, index) => {
    problems.attempt(
      () => {
        const layer = layerOf(entry, index, root, context);
        importResources(context.loadModel(layer, context.session, context.including), root, problems);
      },
      (problem) => problems.addMissingPart(problem),
    );
  });
  delete root['include'];
}

/** Far above real applications. */
const maxIncludes = 2000;

function layerOf(entry: Tree, index: number, root: Mapping, { layer, session, including }: IncludeContext): Layer {
  if (++session.includes.count > maxIncludes) {
    throw problemAt(root, ['include', index], `this is more than ${maxIncludes} includes`, {
      code: 'COMPOSE_TOO_LARGE',
      hint: 'include each file once',
    });
  }
  const paths = textsOf(isMapping(entry) ? entry['path'] : entry);
  if (paths === null || paths.length === 0)
    throw problemAt(root, ['include', index], 'names no path', { hint: 'add path: with the Compose file to include' });
  const files = paths.map((path) => localFile(path, ['include', index], root, { layer, session }).file);
  const main = files[0] ?? '';
  for (const file of files) requireFile(file, index, root, session);
  if (including.includes(main)) {
    throw problemAt(root, ['include', index], `include cycle detected: ${[...including, main].join(' includes ')}`, {
      code: 'COMPOSE_CYCLE',
      hint: 'remove one of these includes',
    });
  }
  const given = isMapping(entry) ? entry['project_directory'] : undefined;
  const folder =
    typeof given === 'string' && given !== '' ? (isAbsolutePath(given) ? given : joinPath(layer.baseDir, given)) : parentOf(main);
  const isGivenAbsolute = typeof given === 'string' && isAbsolutePath(given);
  // A folder that does not exist counts as a file in its parent, as in Docker Compose.
  const existing = session.reader.kind(folder) === 'directory' ? folder : parentOf(folder);
  return {
    files,
    workingDir: isGivenAbsolute ? folder : relativePath(layer.baseDir, existing),
    baseDir: folder,
    lookup: lookupFor(entry, folder, layer, session),
    resolvePaths: true,
  };
}

function requireFile(file: string, index: number, root: Mapping, session: Session): void {
  const kind = session.reader.kind(file);
  if (kind === 'file') return;
  const place = placeOf(root, ['include', index]);
  throw new MusterError(
    'FILE_NOT_FOUND',
    kind === 'missing' ? `include ${file}: no such file` : `include ${file}: is a directory`,
    {
      hint: 'check the path: it is relative to the project directory of the file that includes',
      ...(place === undefined ? {} : { place }),
    },
  );
}

/** The including project's variables win over the included one's .env. */
function lookupFor(entry: Tree, folder: string, layer: Layer, session: Session): Layer['lookup'] {
  const named = isMapping(entry) ? textsOf(entry['env_file']) : null;
  const implicit = joinPath(folder, '.env');
  const files =
    named === null || named.length === 0
      ? session.reader.kind(implicit) === 'file'
        ? [implicit]
        : []
      : named.map((file) => (isAbsolutePath(file) ? file : joinPath(layer.baseDir, file)));
  const own = envFromFiles(files, { reader: session.reader, lookup: layer.lookup, warn: session.warn });
  return (name) => layer.lookup(name) ?? own.get(name);
}

function textsOf(value: Tree | undefined): string[] | null {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : null;
}

function importResources(from: Mapping, to: Mapping, problems: Problems): void {
  for (const section of ['services', 'volumes', 'networks', 'secrets', 'configs', 'models']) {
    const resources = from[section];
    if (!isMapping(resources)) continue;
    const own = isMapping(to[section]) ? to[section] : newMapping();
    for (const name of Object.keys(resources)) {
      if (name in own) {
        if (sameTree(own[name], resources[name])) continue;
        problems.add(
          problemAt(to, [section, name], 'conflicts with imported resource', {
            hint: 'rename one of the two, or change it in an override file',
          }),
        );
        continue;
      }
      own[name] = resources[name] as Tree;
      copyPlace(resources, name, own, name);
    }
    to[section] = own;
  }
}
