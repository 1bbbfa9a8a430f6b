// Files of variables: .env and --env-file for interpolation, env_file and label_file for services.

import { MusterError, type Place } from '#lib/errors.ts';
import { parseDotenv, parseRawEnv } from './dotenv.ts';
import { unsetWarning } from './interpolate.ts';
import type { Reader } from './reader.ts';
import type { Lookup } from './template.ts';
import type { TreePath } from './tree.ts';

export type EnvContext = {
  readonly reader: Reader;
  readonly lookup: Lookup;
  readonly known?: ReadonlyMap<string, string>;
  readonly warn: (message: string) => void;
};

/** Variables of several files, later ones winning; each file sees the ones before it. */
export function envFromFiles(files: readonly string[], { reader, lookup, warn }: EnvContext): Map<string, string> {
  let variables = new Map<string, string>();
  for (const file of files) {
    const kind = reader.kind(file);
    if (kind !== 'file') {
      throw new MusterError(
        'ENV_FILE',
        kind === 'missing' ? `couldn't find env file: ${file}` : `${file} is a directory, not an env file`,
        {
          hint: 'check the path of the env file',
          place: { file },
        },
      );
    }
    const text = textOf(file, reader);
    variables = parseDotenv({ name: file, text }, { lookup, known: variables, unset: (name) => warn(unsetWarning(name)) });
  }
  return variables;
}

/** No system gives a process that many variables. */
const maxTextLength = 4 * 1024 * 1024;

function textOf(file: string, reader: Reader): string {
  const text = reader.read(file);
  if (text.length <= maxTextLength) return text;
  throw new MusterError('COMPOSE_TOO_LARGE', `${file} is larger than ${maxTextLength / 1024 / 1024} MiB`, {
    hint: 'name a file of variables',
    place: { file },
  });
}

export type ServiceEnvFile = { readonly path: string; readonly required: boolean; readonly format: string };

/** Variables of a service's own files; null for a file that may be missing and is. */
export function readServiceFile(
  file: ServiceEnvFile,
  kind: 'env' | 'label',
  named: { readonly path: TreePath; readonly place: Place | undefined },
  { reader, lookup, known, warn }: EnvContext,
): Map<string, string> | null {
  const where = { path: named.path, ...(named.place === undefined ? {} : { place: named.place }) };
  if (reader.kind(file.path) === 'missing') {
    if (!file.required) return null;
    throw new MusterError('ENV_FILE', `${kind} file ${file.path} not found`, {
      hint: kind === 'env' ? 'create it, correct the path, or set required: false' : 'create it, or correct the path',
      ...where,
    });
  }
  const source = { name: file.path, text: textOf(file.path, reader) };
  const options = { lookup, ...(known === undefined ? {} : { known }), unset: (name: string) => warn(unsetWarning(name)) };
  if (file.format === '') return parseDotenv(source, options);
  if (file.format === 'raw') return parseRawEnv(source, options);
  throw new MusterError('ENV_FILE', `unsupported env_file format "${file.format}"`, {
    hint: 'remove format, or use raw',
    ...where,
  });
}
