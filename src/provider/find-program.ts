import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { MusterError } from '#lib/errors.ts';
import type { Provider } from '#model/project.ts';

/** Where programs are looked for. */
export type Place = {
  /** Folders of Docker's CLI plugins, the first one wins. */
  readonly pluginFolders: readonly string[];
  /** PATH. */
  readonly path: string;
  readonly cwd: string;
};

/** Absolute. Docker's own plugins come first: `model` is docker-model even where PATH has a program called model. */
export function findProgram(service: string, { type }: Provider, { pluginFolders, path, cwd }: Place): string {
  // Docker Compose refuses itself, too: it would run for ever.
  if (type === 'compose')
    throw new MusterError('PROVIDER_MISSING', `service ${service}: compose can't be its own provider`, {
      hint: 'name another program as provider.type',
    });
  const candidates = type.includes('/')
    ? [resolve(cwd, type)]
    : [
        ...pluginFolders.map((folder) => join(folder, `docker-${type}`)),
        // An empty entry, or a relative one, would run what lies in the folder that somebody happens to stand in.
        ...path.split(delimiter).flatMap((folder) => (folder.startsWith('/') ? [join(folder, type)] : [])),
      ];
  const found = candidates.find(isProgram);
  if (found !== undefined) return found;
  throw new MusterError('PROVIDER_MISSING', `service ${service}: its provider "${type}" is not installed`, {
    hint: `put a program called ${type} on PATH, or docker-${type} among Docker's CLI plugins: ${pluginFolders.at(0) ?? '~/.docker/cli-plugins'}`,
  });
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
