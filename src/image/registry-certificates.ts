// Certificates per registry, where Docker has them: https://docs.docker.com/engine/security/certificates/

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dockerConfigDirectory, type Environment } from '#engine/docker-config.ts';

export type RegistryCertificates = {
  /** Further authorities that this registry's certificate may be signed by. */
  readonly authorities: readonly string[];
  /** Who we are; null: nobody in particular. */
  readonly client: { readonly cert: string; readonly key: string } | null;
  /** What could not be used, in words; worth telling when the registry then can't be reached. */
  readonly problem: string | null;
};

/** `registry` as in a reference: `localhost:5000`. The user's own folder comes before the machine's. */
export async function certificatesFor(
  registry: string,
  environment: Environment,
  machineFolder = '/etc/docker/certs.d',
): Promise<RegistryCertificates> {
  const folders = [join(dockerConfigDirectory(environment), 'certs.d'), machineFolder];
  const found = await Promise.all(folders.map((folder) => certificatesIn(join(folder, registry))));
  return {
    authorities: found.flatMap(({ authorities }) => authorities),
    client: found.find(({ client }) => client !== null)?.client ?? null,
    problem: found.find(({ problem }) => problem !== null)?.problem ?? null,
  };
}

const none: RegistryCertificates = { authorities: [], client: null, problem: null };

/** `*.crt` are authorities, `name.cert` and `name.key` belong together. */
async function certificatesIn(folder: string): Promise<RegistryCertificates> {
  try {
    const names = (await readdir(folder)).sort();
    const authorities = await Promise.all(names.filter((name) => name.endsWith('.crt')).map((name) => read(join(folder, name))));
    try {
      return { ...none, authorities, client: await clientIn(folder, names) };
    } catch (error) {
      return { ...none, authorities, problem: (error as Error).message };
    }
  } catch (error) {
    const isAbsent = ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
    return isAbsent ? none : { ...none, problem: (error as Error).message };
  }
}

async function clientIn(folder: string, names: readonly string[]): Promise<RegistryCertificates['client']> {
  const certificate = names.find((name) => name.endsWith('.cert'));
  const key = names.find((name) => name.endsWith('.key'));
  if (certificate === undefined && key === undefined) return null;
  const name = (certificate ?? key ?? '').replace(/\.(?:cert|key)$/, '');
  if (!names.includes(`${name}.cert`)) throw new Error(`${join(folder, `${name}.key`)} has no ${name}.cert beside it`);
  if (!names.includes(`${name}.key`)) throw new Error(`${join(folder, `${name}.cert`)} has no ${name}.key beside it`);
  return { cert: await read(join(folder, `${name}.cert`)), key: await read(join(folder, `${name}.key`)) };
}

const read = (path: string): Promise<string> => readFile(path, 'utf8');
