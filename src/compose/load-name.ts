// The project's name alone, for commands that ask the engine and need nothing else of the file.

import { discover } from './discover.ts';
import { unsetWarning } from './interpolate.ts';
import type { LoadOptions } from './options.ts';
import { Problems } from './problems.ts';
import { parseFile } from './parse-file.ts';
import { projectName } from './project-name.ts';
import { diskReader } from './read.ts';
import type { Reader } from './reader.ts';

/** The name that `loadProject` gives the project; the files need only be YAML. Throws as `loadProject` does. */
export async function loadProjectName(options: LoadOptions, reader: Reader = diskReader): Promise<string> {
  const warn = (): void => {};
  const problems = new Problems();
  const { files, workingDir, environment } = discover(options, { reader, warn, problems });
  problems.throwIfAny();
  return projectName({
    given: options.projectName,
    fromEnvironment: environment.get('COMPOSE_PROJECT_NAME'),
    workingDir,
    keepSpelling: false,
    documents: files.flatMap((file) => parseFile({ name: file, text: reader.read(file) })),
    template: { lookup: (name) => environment.get(name), unset: (name) => void unsetWarning(name) },
  });
}
