// The content of the secrets and configs that services use, read before anything is planned: a missing one fails before anything changes.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { MusterError, throwAll } from '#lib/errors.ts';
import { secretsUsedBy } from '#model/muster-extension.ts';
import type { FileObject, Project } from '#model/project.ts';
import type { SourceContent, SourceKey, Sources } from '#model/sources.ts';

type Kind = 'secret' | 'config';

/** Throws every problem at once. */
export async function readSources(project: Project): Promise<Sources> {
  const sources = new Map<SourceKey, SourceContent>();
  const problems: MusterError[] = [];
  for (const { kind, name, users } of usedObjects(project)) {
    const object = (kind === 'secret' ? project.secrets : project.configs)[name];
    // What is external can't be read; the planner says what that means.
    if (object === undefined || object.external === true) continue;
    const found = await contentOf(object, project, { kind, name, users });
    if (found instanceof MusterError) problems.push(found);
    else sources.set(`${kind}:${name}`, { bytes: found, digest: createHash('sha256').update(found).digest('hex') });
  }
  throwAll(problems);
  return sources;
}

type Used = { readonly kind: Kind; readonly name: string; readonly users: readonly string[] };

function usedObjects(project: Project): Used[] {
  const users = new Map<string, { readonly kind: Kind; readonly name: string; readonly users: string[] }>();
  for (const [name, service] of Object.entries(project.services))
    for (const [kind, sources] of [
      ['secret', secretsUsedBy(service)],
      ['config', (service.configs ?? []).map(({ source }) => source)],
    ] as const)
      for (const source of sources) {
        const key = `${kind}:${source}`;
        const entry = users.get(key) ?? { kind, name: source, users: [] };
        entry.users.push(name);
        users.set(key, entry);
      }
  return [...users.values()];
}

async function contentOf(object: FileObject, project: Project, used: Used): Promise<Uint8Array | MusterError> {
  const what = `${used.kind} "${used.name}"`;
  const whose = `used by ${used.users.join(', ')}`;
  if (object.content !== undefined) return Buffer.from(object.content);
  if (object.environment !== undefined) {
    const value = project.environment[object.environment];
    if (value !== undefined) return Buffer.from(value);
    return new MusterError(
      'SOURCE_MISSING',
      `${what} (${whose}) comes from the variable ${object.environment}, which is not set`,
      {
        hint: `set ${object.environment}, in the environment or in .env`,
      },
    );
  }
  if (object.file !== undefined) return readBytes(object.file, what, whose);
  return new MusterError('SOURCE_MISSING', `${what} (${whose}) has no file, environment or content`, {
    hint: 'say in the Compose file where it comes from',
  });
}

async function readBytes(path: string, what: string, whose: string): Promise<Uint8Array | MusterError> {
  try {
    return await readFile(path);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const why =
      code === 'ENOENT' ? 'which is not there' : code === 'EISDIR' ? 'which is a folder' : `which can't be read (${code})`;
    return new MusterError('SOURCE_MISSING', `${what} (${whose}) comes from ${path}, ${why}`, {
      hint: 'make the file, or name another one in the Compose file',
      cause,
    });
  }
}
