// Registry credentials from Docker's configuration: its own file, or a helper program. They go to the engine in a header, and to a
// helper on stdin; never into arguments, logs or errors.

import { dockerConfigDirectory, readDockerConfig } from '#engine/docker-config.ts';
import type { DockerConfig, Environment } from '#engine/docker-config.ts';
import { localHost } from '#host/local.ts';

export type Credentials = {
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly registrytoken?: string;
  readonly serveraddress: string;
};

export type CredentialSearch = {
  /** null: nobody is logged in there. */
  readonly credentials: Credentials | null;
  /** A helper that did not work, in words; worth telling if the registry then refuses. */
  readonly problem: string | null;
};

const hubKey = 'https://index.docker.io/v1/';

/** `registry` as in a reference: `docker.io`, `localhost:5000`. */
export async function credentialsFor(
  registry: string,
  environment: Environment,
  signal?: AbortSignal,
): Promise<CredentialSearch> {
  const config = readDockerConfig(dockerConfigDirectory(environment));
  const key = registry === 'docker.io' ? hubKey : registry;
  const helper = config.credHelpers?.[registry] ?? config.credHelpers?.[key] ?? config.credsStore;
  if (!helper) return { credentials: fromFile(config, key), problem: null };
  const found = await askHelper(helper, key, environment, signal);
  return found.credentials === null ? { ...found, credentials: fromFile(config, key) } : found;
}

/** X-Registry-Auth. */
export function authHeader(credentials: Credentials): string {
  return encoded(credentials);
}

/** base64url with its padding: Docker Engine 20.10 takes a header without it for no credentials at all. */
function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

/** X-Registry-Config for a build, which may pull from any registry that the user is logged in to; null: from none. */
export async function registryConfigHeader(environment: Environment, signal: AbortSignal): Promise<string | null> {
  const config = readDockerConfig(dockerConfigDirectory(environment));
  const all: Record<string, Credentials> = {};
  for (const key of new Set([...Object.keys(config.auths ?? {}), ...Object.keys(config.credHelpers ?? {})])) {
    const { credentials } = await credentialsFor(key === hubKey ? 'docker.io' : key, environment, signal);
    if (credentials !== null) all[key] = credentials;
  }
  return Object.keys(all).length === 0 ? null : encoded(all);
}

/** Old entries are written with scheme and path. */
function fromFile(config: DockerConfig, key: string): Credentials | null {
  const auths = config.auths ?? {};
  const entry = auths[key] ?? Object.entries(auths).find(([name]) => hostOf(name) === hostOf(key))?.[1];
  if (entry === undefined) return null;
  if (entry.identitytoken) return { identitytoken: entry.identitytoken, serveraddress: key };
  if (entry.registrytoken) return { registrytoken: entry.registrytoken, serveraddress: key };
  const decoded = Buffer.from(entry.auth ?? '', 'base64')
    .toString('utf8')
    .replace(/\0+$/, '');
  const colon = decoded.indexOf(':');
  if (colon < 1) return null;
  return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1), serveraddress: key };
}

const hostOf = (address: string): string => address.replace(/^https?:\/\//, '').replace(/\/.*$/, '');

/** The helper protocol of Docker: the address on stdin, JSON on stdout. */
async function askHelper(helper: string, key: string, environment: Environment, signal?: AbortSignal): Promise<CredentialSearch> {
  const program = `docker-credential-${helper}`;
  const broken = (why: string): CredentialSearch => ({
    credentials: null,
    problem: `${program} did not give credentials: ${why}`,
  });
  if (!/^[\w.-]+$/.test(helper)) return broken('its name is no file name');
  try {
    const env = Object.fromEntries(
      Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    const { exitCode, stdout } = await localHost().run({ argv: [program, 'get'], stdin: key, env, signal });
    // "credentials not found" comes on stdout with a failure code: nobody is logged in.
    if (exitCode !== 0)
      return /not found/i.test(stdout.toString()) ? { credentials: null, problem: null } : broken(`exit code ${exitCode}`);
    const answer = JSON.parse(stdout.toString()) as { Username?: string; Secret?: string };
    if (!answer.Secret) return broken('it answered without a secret');
    const credentials =
      answer.Username === '<token>'
        ? { identitytoken: answer.Secret, serveraddress: key }
        : { username: answer.Username ?? '', password: answer.Secret, serveraddress: key };
    return { credentials, problem: null };
  } catch (error) {
    if (signal?.aborted === true) throw error;
    // A syntax error would repeat the text that it found.
    return broken(error instanceof SyntaxError ? 'it answered something that is no JSON' : (error as Error).message);
  }
}
