// Where env files stand: those that were asked for, or the .env in the application's folder.

import { MusterError } from '#lib/errors.ts';
import { isAbsolutePath, joinPath, parentOf } from './gopath.ts';
import type { LoadOptions } from './options.ts';
import type { Reader } from './reader.ts';
import { remoteReference } from './remote-reference.ts';

export type WhereOptions = Pick<LoadOptions, 'files' | 'projectDirectory' | 'envFiles' | 'environment' | 'cwd'>;

export const isElsewhere = (path: string): boolean => remoteReference(path) !== null;

/** A path as it is meant in that folder; standard input and addresses stay what they are. */
export const absoluteIn =
  (cwd: string) =>
  (path: string): string =>
    path === '-' || isAbsolutePath(path) || isElsewhere(path) ? path : joinPath(cwd, path);

/** The application's folder, given its files. */
export function folderOf({ projectDirectory, cwd }: WhereOptions, files: readonly string[]): string {
  if (projectDirectory) return absoluteIn(cwd)(projectDirectory);
  const first = firstFile(files);
  return first === undefined || isElsewhere(first) ? cwd : parentOf(first);
}

/** The file that says where the application is. */
export const firstFile = (files: readonly string[]): string | undefined => files.find((file) => file !== '-');

export function envFilesIn(
  folder: string,
  options: WhereOptions,
  environment: ReadonlyMap<string, string>,
  reader: Reader,
): readonly string[] {
  const wanted = envFilesAskedFor(options);
  if (wanted.length > 0) return wanted;
  if (isDisabled(environment.get('COMPOSE_DISABLE_ENV_FILE'))) return [];
  const implicit = joinPath(folder, '.env');
  return reader.kind(implicit) === 'file' ? [implicit] : [];
}

export function envFilesAskedFor({ envFiles, environment, cwd }: WhereOptions): readonly string[] {
  if (envFiles.length > 0) return envFiles.map(absoluteIn(cwd));
  // A .env file can't name others.
  const fromVariable = environment['COMPOSE_ENV_FILES'];
  return fromVariable ? fromVariable.split(',').map(absoluteIn(cwd)) : [];
}

function isDisabled(text: string | undefined): boolean {
  if (text === undefined) return false;
  if (/^(?:1|[tT]|TRUE|[tT]rue)$/.test(text)) return true;
  if (/^(?:0|[fF]|FALSE|[fF]alse)$/.test(text)) return false;
  throw new MusterError('BAD_ARGUMENT', `COMPOSE_DISABLE_ENV_FILE is "${text}"`, { hint: 'set it to true or false' });
}
