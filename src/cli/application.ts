// Which application a command is about: its file where there must be one, its name alone where that is enough.

import type { LoadOptions } from '#compose/load.ts';
import { MusterError } from '#lib/errors.ts';
import type { Project } from '#model/project.ts';
import type { App } from './app.ts';
import type { Scope } from './connect.ts';
import { placementRules } from './placement-rules.ts';

/** The file as it is wanted, with its warnings printed. Throws with places when it can't be understood. */
export async function loadApplication(app: App, services: readonly string[] = []): Promise<Project> {
  const { loadProject } = await import('#compose/load.ts');
  const project = await loadProject(loadOptions(app, services));
  for (const warning of project.warnings) app.terminal.stderr.write(`muster: warning: ${warning}\n`);
  return project;
}

export type KnownApplication = {
  readonly name: string;
  /** null: there is no file, or it can't be understood; what runs is known to the engine all the same. */
  readonly project: Project | null;
};

/**
 * For commands about what is already there. With a name given, a missing or broken file is no obstacle: it is only
 * mentioned, since what the engine knows is enough.
 */
export async function findApplication(app: App): Promise<KnownApplication> {
  const name = givenName(app);
  if (name === null) {
    const project = await loadApplication(app);
    return { name: project.name, project };
  }
  try {
    return { name, project: await loadApplication(app) };
  } catch (error) {
    if (!(error instanceof MusterError) || error.code === 'PROJECT_NAME') throw error;
    if (error.code !== 'FILE_NOT_FOUND' || app.globals.files.length > 0)
      app.terminal.stderr.write(`muster: warning: going on without the Compose file: ${firstLine(error.message)}\n`);
    return { name, project: null };
  }
}

/** The name alone, without reading more than is needed for it. */
export async function findProjectName(app: App): Promise<string> {
  const name = givenName(app);
  if (name !== null) return name;
  const { loadProjectName } = await import('#compose/load-name.ts');
  return loadProjectName(loadOptions(app));
}

/** The same for commands that ask runtimes: the file is read whole only where it says which. */
export async function findScope(app: App): Promise<Scope & { readonly project: string }> {
  const name = givenName(app);
  const { loadIdentity, mentionsMuster } = await import('#compose/load-name.ts');
  if (name !== null)
    return { project: name, file: (await mentionsMuster(loadOptions(app))) ? (await findApplication(app)).project : null };
  const identity = await loadIdentity(loadOptions(app));
  if (!identity.mentionsMuster) return { project: identity.name, file: null };
  const file = await loadApplication(app);
  return { project: file.name, file };
}

function givenName(app: App): string | null {
  const name = app.globals.projectName || app.environment['COMPOSE_PROJECT_NAME'] || '';
  if (name === '') return null;
  if (/^[a-z0-9][a-z0-9_-]*$/.test(name)) return name;
  throw new MusterError('PROJECT_NAME', `"${name}" is not a project name`, {
    hint: 'a name has lower-case letters, digits, - and _, and starts with a letter or digit',
  });
}

export function loadOptions(app: App, services: readonly string[] = []): LoadOptions {
  const { globals } = app;
  return {
    files: globals.files,
    projectName: globals.projectName || undefined,
    projectDirectory: globals.projectDirectory || undefined,
    profiles: globals.profiles,
    envFiles: globals.envFiles,
    environment: app.environment,
    cwd: app.cwd,
    services,
    allResources: globals.allResources,
    placement: placementRules(globals),
    fetchRemote: async (reference) => (await import('./fetch-remote.ts')).fetchRemote(app, reference),
  };
}

const firstLine = (text: string): string => text.split('\n')[0] ?? text;
