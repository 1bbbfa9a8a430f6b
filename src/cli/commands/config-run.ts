import type { LoadOptions } from '#compose/load.ts';
import type { Mapping } from '#compose/tree.ts';
import type { Project } from '#model/project.ts';
import type { App } from '../app.ts';
import { loadOptions } from '../application.ts';
import type { Invocation } from '../command.ts';
import type { FlagValues } from '../flag-types.ts';
import type { configFlags } from './config.ts';

type Flags = FlagValues<typeof configFlags>;

export async function run({ app, flags, args }: Invocation<typeof configFlags>): Promise<void> {
  const list = await listOf(app, flags, args);
  if (list !== null) return app.terminal.stdout.write(list);
  const text = await textOf(app, flags, args);
  if (flags.quiet) return;
  if (flags.output === '') return app.terminal.stdout.write(text);
  const { writeFile } = await import('node:fs/promises');
  await writeFile(flags.output, text);
}

/** What is asked for instead of the whole; null: nothing. --quiet and --output are about the whole. */
async function listOf(app: App, flags: Flags, args: readonly string[]): Promise<string | null> {
  const output = await import('#compose/config-output.ts');
  // Lists need no env_file, and a missing one is no obstacle to them.
  const listed = (services: readonly string[] = []): Promise<Project> =>
    project(app, flags, services, { checkContainerNames: false, resolveEnvironment: false });
  if (flags.services && flags['no-interpolate']) return lines(output.serviceNamesIn(await rawModel(app, flags)));
  if (flags.services) return lines(await serviceNames(listed, flags));
  if (flags.volumes) return lines(Object.keys((await listed()).volumes));
  if (flags.networks) return lines(Object.keys((await listed()).networks));
  if (flags.models) return lines(output.modelNames(await listed()));
  if (flags.hash !== '') return hashes(app, flags);
  if (flags.profiles) return lines(output.profileNames(await listed(args)));
  if (flags.images) {
    const { nameSeparator } = await import('../create-options.ts');
    const asked = await listed(args);
    return lines(output.imageNames(asked, nameSeparator(app, asked)));
  }
  if (flags.variables) return variables(app, flags);
  return flags.environment ? lines(output.environmentLines(await project(app, flags, args))) : null;
}

/** Docker Compose walks along the dependencies here, and so finds what --no-consistency left unchecked. */
async function serviceNames(listed: (services?: readonly string[]) => Promise<Project>, flags: Flags): Promise<string[]> {
  const names = Object.keys((await listed()).services);
  if (flags['no-consistency'] && names.length > 0) await listed(names);
  return names;
}

async function textOf(app: App, flags: Flags, args: readonly string[]): Promise<string> {
  const output = await import('#compose/config-output.ts');
  const format = flags.format === 'json' || flags.format === 'toml' ? flags.format : 'yaml';
  if (flags['no-interpolate']) {
    const model = await pinnedModel(app, flags, await rawModel(app, flags));
    return output.rawConfigText(model, format, switches(app, flags).normalize);
  }
  return output.configText(await pinned(app, flags, await project(app, flags, args, { checkContainerNames: true })), format);
}

/** With images by digest, when that was asked for. */
async function pinned(app: App, flags: Flags, asked: Project): Promise<Project> {
  if (!flags['lock-image-digests'] && !flags['resolve-image-digests']) return asked;
  const [{ imagesIn, imagesOnly, withImages }, { resolveDigests }] = await loadPinning();
  const resolved = withImages(asked, await resolveDigests(app, imagesIn(asked)));
  return flags['lock-image-digests'] ? imagesOnly(resolved) : resolved;
}

async function pinnedModel(app: App, flags: Flags, model: Mapping): Promise<Mapping> {
  if (!flags['lock-image-digests'] && !flags['resolve-image-digests']) return model;
  const [{ imagesInModel, imagesOnlyModel, setImagesInModel }, { resolveDigests }] = await loadPinning();
  setImagesInModel(model, await resolveDigests(app, imagesInModel(model)));
  return flags['lock-image-digests'] ? imagesOnlyModel(model) : model;
}

const loadPinning = () => Promise.all([import('#compose/pinned.ts'), import('../resolve-digests.ts')]);

/** Docker Compose prints hashes of services whose env_file is still unread; the labels that `up` writes have it read. */
async function hashes(app: App, flags: Flags): Promise<string> {
  const { hashLines } = await import('#compose/config-output.ts');
  const names = flags.hash === '*' ? [] : flags.hash.split(',');
  return lines(hashLines(await project(app, flags, [], { checkContainerNames: false, resolveEnvironment: false }), names));
}

async function variables(app: App, flags: Flags): Promise<string> {
  const { variablesIn } = await import('#compose/config-output.ts');
  const { variablesText } = await import('#compose/variables-output.ts');
  return variablesText(variablesIn(await rawModel(app, { ...flags, 'no-interpolate': true })), flags.format);
}

async function project(
  app: App,
  flags: Flags,
  services: readonly string[] = [],
  more: Partial<LoadOptions> = { checkContainerNames: false },
): Promise<Project> {
  const { loadProject } = await import('#compose/load.ts');
  const loaded = await loadProject({ ...loadOptions(app, services), ...switches(app, flags), ...more });
  warn(app, loaded.warnings);
  return loaded;
}

async function rawModel(app: App, flags: Flags) {
  const { loadRawModel } = await import('#compose/load.ts');
  const raw = await loadRawModel({ ...loadOptions(app), ...switches(app, flags) });
  warn(app, raw.warnings);
  return raw.model;
}

function switches(app: App, flags: Flags): Partial<LoadOptions> {
  return {
    interpolate: !flags['no-interpolate'],
    // Docker Compose v1 knew no normal form. COMPOSE_COMPATIBILITY keeps it: only the flag takes it away.
    normalize: !flags['no-normalize'] && !app.globals.compatibility,
    resolvePaths: !flags['no-path-resolution'],
    likeDockerCompose: true,
    checkConsistency: !flags['no-consistency'],
  };
}

function warn(app: App, warnings: readonly string[]): void {
  for (const warning of warnings) app.terminal.stderr.write(`muster: warning: ${warning}\n`);
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}
