// Docker contexts: named engines under <config>/contexts, one folder per sha256 of the name.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MusterError } from '#lib/errors.ts';
import { parseJsonFile, readIfPresent } from './docker-config.ts';
import type { Tls, TlsFiles } from './endpoint.ts';

type ContextFile = { readonly Endpoints?: { readonly docker?: { readonly Host?: string; readonly SkipTLSVerify?: boolean } } };

/** `origin` says who named the context, for the error when it isn't there. */
export function readContext(configDirectory: string, name: string, origin: string): { host: string; tls: Tls | null } {
  // Loaded only for those who use contexts: it takes 6 ms.
  const { createHash } = process.getBuiltinModule('node:crypto');
  const id = createHash('sha256').update(name).digest('hex');
  const path = join(configDirectory, 'contexts', 'meta', id, 'meta.json');
  const text = readIfPresent(path);
  if (text === null)
    throw new MusterError('ENGINE_ENDPOINT', `there is no Docker context "${name}" (named by ${origin})`, {
      hint: 'see `docker context ls`, or choose the engine with DOCKER_HOST',
    });

  const engine = (parseJsonFile(path, text) as ContextFile).Endpoints?.docker;
  if (!engine?.Host)
    throw new MusterError('ENGINE_ENDPOINT', `the Docker context "${name}" names no engine`, {
      hint: `give it one: docker context update ${name} --docker host=…`,
      place: { file: path },
    });
  return { host: engine.Host, tls: tlsOf(join(configDirectory, 'contexts', 'tls', id, 'docker'), engine.SkipTLSVerify === true) };
}

/** A context speaks TLS when it brought key material, or was told not to verify. */
function tlsOf(directory: string, skipVerify: boolean): Tls | null {
  const files = pemFilesIn(directory);
  const any = files.ca !== null || files.cert !== null || files.key !== null;
  return any || skipVerify ? { files, verify: !skipVerify } : null;
}

export function pemFilesIn(directory: string): TlsFiles {
  const present = (file: string): string | null => (existsSync(join(directory, file)) ? join(directory, file) : null);
  return { ca: present('ca.pem'), cert: present('cert.pem'), key: present('key.pem') };
}
