import { MusterError } from '#lib/errors.ts';
import type { Project } from '#model/project.ts';
import { loadProject, type LoadOptions } from './load.ts';
import type { Reader } from './reader.ts';

/** Files that exist in memory only, below /app unless their path is absolute. */
export function memoryReader(files: Readonly<Record<string, string>>): Reader {
  const at = new Map(
    Object.entries(files).map(([name, text]) => [name.startsWith('/') || name === '-' ? name : `/app/${name}`, text]),
  );
  return {
    read(path) {
      const text = at.get(path);
      if (text === undefined) throw new MusterError('FILE_NOT_FOUND', `${path}: no such file`, { place: { file: path } });
      return text;
    },
    kind(path) {
      if (at.has(path)) return 'file';
      return [...at.keys()].some((file) => file.startsWith(`${path}/`)) ? 'directory' : 'missing';
    },
    realPath: (path) => path,
  };
}

export function load(files: Readonly<Record<string, string>>, options: Partial<LoadOptions> = {}): Promise<Project> {
  const defaults = { files: [], profiles: [], envFiles: [], environment: { HOME: '/home/me' }, cwd: '/app' };
  return loadProject({ ...defaults, ...options }, memoryReader(files));
}

/** The problems that loading reports. */
export async function problemsOf(
  files: Readonly<Record<string, string>>,
  options: Partial<LoadOptions> = {},
): Promise<readonly MusterError[]> {
  try {
    await load(files, options);
  } catch (error) {
    if (!(error instanceof MusterError)) throw error;
    return (error as { errors?: readonly MusterError[] }).errors ?? [error];
  }
  return [];
}
