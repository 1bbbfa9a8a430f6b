// The bytes of `build.secrets`. They are read when a build begins, since a project runs without them, and go nowhere but to the builder.

import { readFile } from 'node:fs/promises';
import { MusterError } from '#lib/errors.ts';
import type { Build, FileObject, Project } from '#model/project.ts';

/** By the id that `RUN --mount=type=secret` names: the target, or else the secret's name. Throws SOURCE_MISSING. */
export async function readBuildSecrets(
  build: Build,
  project: Pick<Project, 'secrets' | 'environment'>,
  service: string,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for (const { source, target } of build.secrets ?? []) {
    const object = project.secrets[source];
    const missing = (why: string, hint: string, cause?: unknown): MusterError =>
      new MusterError('SOURCE_MISSING', `secret "${source}" (used by the build of ${service}) ${why}`, { hint, cause });
    found.set(target || source, await bytesOf(object, project, missing));
  }
  return found;
}

type Missing = (why: string, hint: string, cause?: unknown) => MusterError;

async function bytesOf(
  object: FileObject | undefined,
  { environment }: Pick<Project, 'environment'>,
  missing: Missing,
): Promise<Uint8Array> {
  if (object?.content !== undefined) return Buffer.from(object.content);
  if (object?.environment !== undefined) {
    const value = environment[object.environment];
    if (value !== undefined) return Buffer.from(value);
    throw missing(
      `comes from the variable ${object.environment}, which is not set`,
      `set ${object.environment}, in the environment or in .env`,
    );
  }
  if (object?.file === undefined)
    throw missing('has neither a file nor a variable', 'say in the Compose file where it comes from');
  const { file } = object;
  return readFile(file).catch((cause: unknown) => {
    throw missing(`can't be read: ${(cause as Error).message}`, 'make the file, or name another one in the Compose file', cause);
  });
}
