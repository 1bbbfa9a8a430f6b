// The reader in front of the phases: files, environment and stdin in, a Project out.

import { MusterError } from '#lib/errors.ts';
import { hashedService } from '#model/hashed-service.ts';
import { defaultRules } from '#model/placement.ts';
import type { Project, Service } from '#model/project.ts';
import { assemble, type Elements } from './assemble.ts';
import { checkConsistency } from './consistency.ts';
import { checkContainerNames } from './container-names.ts';
import { complete } from './complete.ts';
import { discover, type Discovery } from './discover.ts';
import { networkHash, serviceHash, volumeHash } from './hash.ts';
import { unsetWarning } from './interpolate.ts';
import { loadModel, parse } from './model.ts';
import { normalize } from './normalize.ts';
import type { LoadOptions } from './options.ts';
import { projectName } from './project-name.ts';
import { pruneResources } from './prune.ts';
import { diskReader } from './read.ts';
import type { Reader } from './reader.ts';
import { alignScale } from './scale.ts';
import { enableServices, selectProfiles, selectServices, type Selection } from './selection.ts';
import { withImpliedDependencies } from './references.ts';
import { resolveEnvFiles, resolveLabelFiles, type ServiceFilesContext } from './service-files.ts';
import type { Session } from './session.ts';
import type { Lookup } from './template.ts';
import type { Mapping } from './tree.ts';

export type { LoadOptions } from './options.ts';

/** Reads and resolves everything that the options name. Throws MusterError (or MusterErrors: all problems at once) with places. */
export async function loadProject(options: LoadOptions, reader: Reader = diskReader): Promise<Project> {
  return complete(options, (problems, remotes) =>
    projectFrom(readModel(options, { reader, problems, remotes, canSeeEnvironment: true }), options),
  );
}

/** The canonical model, before it gets types: what `config --no-interpolate` prints. */
export async function loadRawModel(options: LoadOptions, reader: Reader = diskReader): Promise<RawModel> {
  return complete(options, (problems, remotes) => {
    const canSeeEnvironment = options.interpolate !== false;
    return readModel(options, { reader, problems, remotes, canSeeEnvironment });
  });
}

export type RawModel = {
  readonly model: Mapping;
  readonly name: string;
  readonly discovery: Discovery;
  readonly lookup: Lookup;
  readonly session: Session;
  readonly warnings: string[];
};

type Surroundings = Pick<Session, 'reader' | 'problems' | 'remotes'> & {
  /** Variables named without a value get the environment's: always in a project, and so in its hashes; else only with interpolation. */
  readonly canSeeEnvironment: boolean;
};

function readModel(options: LoadOptions, { reader, problems, remotes, canSeeEnvironment }: Surroundings): RawModel {
  const warnings: string[] = [];
  const warn = (message: string): void => void (warnings.includes(message) || warnings.push(message));
  const discovery = discover(options, { reader, warn, problems, remotes });
  const { environment } = discovery;
  const lookup: Lookup = (name) => environment.get(name);
  const session: Session = {
    reader,
    remotes,
    home: environment.get('HOME'),
    warn,
    problems,
    interpolate: options.interpolate !== false,
    references: { any: false },
    includes: { count: 0 },
    parsed: new Map(),
  };
  for (const file of discovery.files) session.parsed.set(file, parse(file, session));
  const nameInput = {
    given: options.projectName,
    fromEnvironment: environment.get('COMPOSE_PROJECT_NAME'),
    folder: discovery.nameFolder,
    documents: discovery.files.flatMap((file) => session.parsed.get(file) ?? []),
    keepSpelling: options.normalize === false,
    template: session.interpolate ? { lookup, unset: (variable: string) => warn(unsetWarning(variable)) } : null,
  };
  const name = problems.attempt(
    () => projectName(nameInput),
    (problem) => {
      problems.add(problem);
      return 'unnamed';
    },
  );
  environment.set('COMPOSE_PROJECT_NAME', name);
  const { files, workingDir } = discovery;
  const seen: Lookup = canSeeEnvironment ? lookup : () => undefined;
  const model = loadModel(
    { files, workingDir, baseDir: workingDir, lookup: seen, resolvePaths: options.resolvePaths !== false },
    session,
  );
  if (Object.keys(model).length === 0 && !problems.any) {
    throw new MusterError('COMPOSE_INVALID', 'empty compose file', {
      place: { file: files[0] ?? '' },
      hint: 'start with services:',
    });
  }
  if (options.normalize !== false) {
    model['name'] = name;
    normalize(model, seen);
  }
  return { model, name, discovery, lookup, session, warnings };
}

function projectFrom(raw: RawModel, options: LoadOptions): Project {
  const { model, discovery, session } = raw;
  const unreadable: MusterError[] = [];
  const elements = assemble(model, session.warn, unreadable);
  session.problems.addDropped(unreadable);
  const profiles = profilesOf(options, discovery);
  const selection = wantedServices(raw, elements, profiles, options);
  const labelFiles = labelFilesOf(elements.services, selection.enabled);
  const hashed = mapValues(selection.enabled, (service, name) => hashedService({ labelFiles }, name, service));
  const configHashes = mapValues(hashed, (service) => serviceHash(service));
  const resources = options.allResources === true ? elements : pruneResources(elements, selection.enabled);
  return {
    name: raw.name,
    workingDir: discovery.workingDir,
    composeFiles: discovery.files,
    envFiles: discovery.envFiles,
    environment: Object.fromEntries(discovery.environment),
    profiles,
    services: selection.enabled,
    disabledServices: selection.disabled,
    networks: resources.networks,
    volumes: resources.volumes,
    secrets: resources.secrets,
    configs: resources.configs,
    models: resources.models,
    extensions: elements.extensions,
    labelFiles,
    configHashes,
    v5ConfigHashes: mapValues(hashed, (service, name) => {
      // The two differ in bind mounts only, and hashing is a good part of a load.
      const hasBind = service.volumes?.some(({ bind }) => bind !== undefined) === true;
      return hasBind ? serviceHash(service, 'v5') : (configHashes[name] ?? '');
    }),
    networkHashes: mapValues(resources.networks, networkHash),
    volumeHashes: mapValues(resources.volumes, volumeHash),
    warnings: raw.warnings,
  };
}

/** Profiles, consistency, files of variables, SERVICE arguments: in Docker Compose's order, which decides what is an error. */
function wantedServices(raw: RawModel, elements: Elements, profiles: readonly string[], options: LoadOptions): Selection {
  const { model: root, session, lookup } = raw;
  const names = options.services ?? [];
  const { reader, warn, problems } = session;
  const context: ServiceFilesContext = { root, reader, cwd: options.cwd, lookup, warn, problems };
  let selection = selectProfiles(elements.services, profiles);
  if (session.references.any) selection = withImpliedDependencies(root, selection, (problem) => session.problems.add(problem));
  if (options.checkConsistency !== false) {
    const { placement = defaultRules } = options;
    for (const problem of checkConsistency({
      root,
      elements,
      selection,
      placement,
      mayBuildInCircles: options.likeDockerCompose === true,
    }))
      session.problems.add(problem);
    if (options.checkContainerNames !== false)
      for (const problem of checkContainerNames(root, selection.enabled, options.likeDockerCompose !== true))
        session.problems.add(problem);
    selection = { ...selection, enabled: alignScale(selection.enabled) };
  }
  selection = { ...selection, enabled: resolveLabelFiles(selection.enabled, context) };
  selection = enableServices(selection, names, profiles);
  if (options.resolveEnvironment !== false) {
    selection = { ...selection, enabled: resolveEnvFiles(selection.enabled, context) };
  }
  return selectServices(selection, names);
}

/** Of those that were read: `label_file` is no longer part of a service then. */
function labelFilesOf(services: Elements['services'], enabled: Readonly<Record<string, Service>>): Project['labelFiles'] {
  const named = Object.keys(enabled).flatMap((name) => {
    const { label_file: files } = (services[name] ?? {}) as { readonly label_file?: readonly string[] };
    return files === undefined ? [] : [[name, files] as const];
  });
  return named.length === 0 ? undefined : Object.fromEntries(named);
}

function profilesOf(options: LoadOptions, { environment }: Discovery): readonly string[] {
  if (options.profiles.length > 0) return options.profiles;
  // Of nothing, '' is left: a service with the profile '' is wanted then.
  return (environment.get('COMPOSE_PROFILES') ?? '').split(',').map((profile) => profile.trim());
}

function mapValues<Value, Result>(
  values: Readonly<Record<string, Value>>,
  change: (value: Value, key: string) => Result,
): Readonly<Record<string, Result>> {
  const results = Object.create(null) as Record<string, Result>;
  for (const key of Object.keys(values)) results[key] = change(values[key] as Value, key);
  return results;
}
