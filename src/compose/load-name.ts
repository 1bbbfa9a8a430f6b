// The project's name alone, for commands that ask the engine and need nothing else of the file.

import { MusterError } from '#lib/errors.ts';
import { complete } from './complete.ts';
import { discover } from './discover.ts';
import { unsetWarning } from './interpolate.ts';
import type { LoadOptions } from './options.ts';
import { parseFile } from './parse-file.ts';
import { projectName } from './project-name.ts';
import { diskReader } from './read.ts';
import type { Reader } from './reader.ts';

/** The name that `loadProject` gives the project; the files need only be YAML. Throws as `loadProject` does. */
export async function loadProjectName(options: LoadOptions, reader: Reader = diskReader): Promise<string> {
  return (await loadIdentity(options, reader)).name;
}

export type Identity = {
  readonly name: string;
  /** A file says something with x-muster, perhaps. What it includes is not looked at. */
  readonly mentionsMuster: boolean;
};

/** Whether the files, if there are any, may say something with x-muster: their text alone is looked at. */
export async function mentionsMuster(options: LoadOptions, reader: Reader = diskReader): Promise<boolean> {
  try {
    return await complete(options, (problems, remotes) => {
      const { files } = discover(options, { reader, warn: () => {}, problems, remotes });
      return files.some((file) => file !== '-' && reader.read(file).includes('x-muster'));
    });
  } catch (error) {
    if (error instanceof MusterError && error.code === 'CANCELLED') throw error;
    return false;
  }
}

export async function loadIdentity(options: LoadOptions, reader: Reader = diskReader): Promise<Identity> {
  return complete(options, (problems, remotes) => {
    const { files, nameFolder, environment } = discover(options, { reader, warn: () => {}, problems, remotes });
    problems.throwIfAny();
    const sources = files.map((name) => ({ name, text: reader.read(name) }));
    const name = projectName({
      given: options.projectName,
      fromEnvironment: environment.get('COMPOSE_PROJECT_NAME'),
      folder: nameFolder,
      keepSpelling: false,
      documents: sources.flatMap((source) => parseFile(source)),
      template: { lookup: (name) => environment.get(name), unset: (name) => void unsetWarning(name) },
    });
    return { name, mentionsMuster: sources.some(({ text }) => text.includes('x-muster')) };
  });
}
