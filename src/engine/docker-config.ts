// ~/.docker/config.json: which context is current, and where registry credentials are.

import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { MusterError } from '#lib/errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export type DockerConfig = {
  readonly currentContext?: string;
  /** Base64 of `user:password`, or an identity token, per registry. */
  readonly auths?: Readonly<
    Record<string, { readonly auth?: string; readonly identitytoken?: string; readonly registrytoken?: string }>
  >;
  /** Suffix of the `docker-credential-<suffix>` program for every registry without a helper of its own. */
  readonly credsStore?: string;
  readonly credHelpers?: Readonly<Record<string, string>>;
  /** Folders with CLI plugins that come before Docker's own. */
  readonly cliPluginsExtraDirs?: readonly string[];
  /** Handed to builds as build arguments; `default` or per engine address. */
  readonly proxies?: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

export function dockerConfigDirectory(environment: Environment): string {
  return environment.DOCKER_CONFIG || join(environment.HOME || homedir(), '.docker');
}

/** An absent file is an empty configuration; an unreadable or damaged one is an error that names it. */
export function readDockerConfig(directory: string): DockerConfig {
  const path = join(directory, 'config.json');
  const text = readIfPresent(path);
  if (text === null || text.trim() === '') return {};
  // The fields that we use are checked where they are used; Docker's own programs wrote the file.
  return parseJsonFile(path, text);
}

/** null: no such file. */
export function readIfPresent(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new MusterError('ENGINE_ENDPOINT', `can't read ${path}: ${(cause as Error).message}`, {
      hint: `make ${path} readable, or set DOCKER_CONFIG to another directory`,
      cause,
    });
  }
}

export function parseJsonFile(path: string, text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Reported below like any other content that is no object.
  }
  throw new MusterError('ENGINE_ENDPOINT', `${path} is not a JSON object`, {
    hint: `repair or remove ${path}, or set DOCKER_CONFIG to another directory`,
    place: { file: path },
  });
}
