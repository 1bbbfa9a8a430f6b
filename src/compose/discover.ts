// Which files make up the project, where its folder is, and what variables it sees.

import { MusterError, throwAll } from '#lib/errors.ts';
import { envFromFiles } from './env-files.ts';
import { absoluteIn, envFilesAskedFor, envFilesIn, folderOf, isElsewhere } from './env-file-paths.ts';
import { joinPath, parentOf } from './gopath.ts';
import type { LoadOptions } from './options.ts';
import type { Problems } from './problems.ts';
import type { Reader } from './reader.ts';
import { fileNames } from './file-names.ts';
import type { Remotes } from './remotes.ts';

export type Discovery = {
  /** On this machine, also those that were fetched; '-' is stdin. */
  readonly files: readonly string[];
  /** What their relative paths are joined to. */
  readonly workingDir: string;
  /** Names the project when nothing else does; the working directory, unless a file was fetched. */
  readonly nameFolder: string;
  /** Those that were asked for: a .env that is found by itself is none of them. */
  readonly envFiles: readonly string[];
  readonly environment: Map<string, string>;
};

const overrideNames = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
  'compose.override.toml',
];

export type DiscoverContext = {
  readonly reader: Reader;
  readonly warn: (message: string) => void;
  readonly problems: Problems;
  readonly remotes: Remotes;
};

export function discover(options: LoadOptions, context: DiscoverContext): Discovery {
  const { reader, warn } = context;
  const environment = new Map(
    Object.entries(options.environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const absolute = absoluteIn(options.cwd);
  const named = options.files.map(absolute);
  const fromFlags = folderOf(options, named);
  const early = variablesOf(envFilesIn(fromFlags, options, environment, reader), environment, context);
  // COMPOSE_DISABLE_ENV_FILE in a .env file has an effect on that very file.
  for (const [name, value] of early) if (name.startsWith('COMPOSE_')) addMissing(environment, name, value);
  if (envFilesIn(fromFlags, options, environment, reader).length > 0)
    for (const [name, value] of early) addMissing(environment, name, value);
  const files = named.length > 0 ? named : (fromVariable(environment, absolute) ?? findFiles(fromFlags, reader, warn));
  const nameFolder = folderOf(options, files);
  // A file above this folder has its own .env beside it.
  const late = envFilesIn(nameFolder, options, environment, reader);
  for (const [name, value] of variablesOf(late, environment, context)) addMissing(environment, name, value);
  const local = fetched(files, context);
  const firstFetched = local.find((_file, index) => isElsewhere(files[index] ?? ''));
  return {
    files: local,
    // Docker Compose takes it before any folder that was given.
    workingDir: firstFetched === undefined ? nameFolder : parentOf(firstFetched),
    nameFolder,
    envFiles: envFilesAskedFor(options),
    environment,
  };
}

/** All that are missing are asked for in one pass. */
function fetched(files: readonly string[], { reader, remotes }: DiscoverContext): readonly string[] {
  const missing: MusterError[] = [];
  const local = files.map((file) => {
    try {
      return remotes.fileFor(file, reader)?.file ?? file;
    } catch (error) {
      if (!(error instanceof MusterError)) throw error;
      missing.push(error);
      return file;
    }
  });
  throwAll(missing);
  return local;
}

function variablesOf(
  files: readonly string[],
  environment: ReadonlyMap<string, string>,
  { reader, warn, problems }: DiscoverContext,
): ReadonlyMap<string, string> {
  return problems.attempt(
    () => envFromFiles(files, { reader, lookup: (name) => environment.get(name), warn }),
    (problem) => {
      problems.addMissingVariables(problem);
      return new Map<string, string>();
    },
  );
}

/** Variables of the process win over those of files. */
function addMissing(environment: Map<string, string>, name: string, value: string): void {
  if (!environment.has(name)) environment.set(name, value);
}

function fromVariable(environment: ReadonlyMap<string, string>, absolute: (path: string) => string): readonly string[] | null {
  const text = environment.get('COMPOSE_FILE');
  if (text === undefined) return null;
  const separator = environment.get('COMPOSE_PATH_SEPARATOR') || ':';
  // The usual separator is part of every address: one stands alone, or beside others with another separator.
  if (separator === ':' && isElsewhere(text)) return [text];
  return text.split(separator).map(absolute);
}

function findFiles(start: string, reader: Reader, warn: (message: string) => void): readonly string[] {
  for (let folder = start; ; folder = parentOf(folder)) {
    const candidates = filesIn(folder, fileNames, reader);
    const [winner] = candidates;
    if (winner !== undefined) {
      warnOfSeveral('config', candidates, warn);
      const overrides = filesIn(folder, overrideNames, reader);
      warnOfSeveral('override', overrides, warn);
      return [winner, ...overrides.slice(0, 1)];
    }
    if (parentOf(folder) === folder) break;
  }
  throw new MusterError('FILE_NOT_FOUND', 'no configuration file provided: not found', {
    hint: `create ${fileNames[0] ?? ''} here, or name a file with -f`,
    place: { file: start },
  });
}

function filesIn(folder: string, names: readonly string[], reader: Reader): string[] {
  return names.map((name) => joinPath(folder, name)).filter((path) => reader.kind(path) === 'file');
}

function warnOfSeveral(kind: string, files: readonly string[], warn: (message: string) => void): void {
  if (files.length < 2) return;
  warn(`Found multiple ${kind} files with supported names: ${files.join(', ')}`);
  warn(`Using ${files[0] ?? ''}`);
}
