// What env files say to the program itself (COMPOSE_ANSI, COMPOSE_PROJECT_NAME, …): it counts before a Compose file is looked for, and for
// commands that need none.

import { MusterError } from '#lib/errors.ts';
import {
  absoluteIn,
  envFilesAskedFor,
  envFilesIn,
  firstFile,
  folderOf,
  isElsewhere,
  type WhereOptions,
} from './env-file-paths.ts';
import { envFromFiles } from './env-files.ts';
import { diskReader } from './read.ts';
import type { Reader } from './reader.ts';

/** The process environment, and what it lacks of them. What is wrong with the files is told where they are loaded. */
export function withOwnVariables(options: WhereOptions, reader: Reader = diskReader): WhereOptions['environment'] {
  try {
    const variables = envFromFiles(envFilesBeforeOthers(options, reader), {
      reader,
      lookup: (name) => options.environment[name],
      warn: () => {},
    });
    const own = [...variables].filter(([name]) => name.startsWith('COMPOSE_') && !readOfProcessAlone.has(name));
    return { ...Object.fromEntries(own), ...options.environment };
  } catch (error) {
    if (error instanceof MusterError) return options.environment;
    throw error;
  }
}

function envFilesBeforeOthers(options: WhereOptions, reader: Reader): readonly string[] {
  const files = options.files.map(absoluteIn(options.cwd));
  const isFarAway = !options.projectDirectory && isElsewhere(firstFile(files) ?? '');
  if (isFarAway) return envFilesAskedFor(options);
  const { COMPOSE_DISABLE_ENV_FILE: disable } = options.environment;
  const environment = new Map(disable === undefined ? [] : [['COMPOSE_DISABLE_ENV_FILE', disable]]);
  return envFilesIn(folderOf(options, files), options, environment, reader);
}

/** Docker Compose reads these before env files; it looks for COMPOSE_REMOVE_ORPHANS once more in what `up` loads. */
const readOfProcessAlone = new Set(['COMPOSE_ENV_FILES', 'COMPOSE_PROGRESS', 'COMPOSE_REMOVE_ORPHANS', 'COMPOSE_STATUS_STDOUT']);
