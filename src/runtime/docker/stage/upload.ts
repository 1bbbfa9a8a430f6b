// Where the engine's file system is not ours, or ownership can't be set here, files go into the created container as a tar.

import { Readable } from 'node:stream';
import { refusalOf } from '#engine/engine.ts';
import { MusterError } from '#lib/errors.ts';
import type { Recipe } from '../create/recipe.ts';
import type { DockerSetting } from '../setting.ts';
import type { StagedSources, Upload } from './stage.ts';

export async function uploadSources(
  { engine }: DockerSetting,
  id: string,
  { service, sources }: Pick<Recipe, 'service'> & { readonly sources: StagedSources },
  signal: AbortSignal,
): Promise<void> {
  const archive = await tarOf(sources.uploads);
  try {
    await engine.json({
      path: `/containers/${id}/archive`,
      method: 'PUT',
      query: { path: '/' },
      headers: { 'content-type': 'application/x-tar' },
      body: Readable.from([archive]),
      signal,
    });
  } catch (error) {
    if (!/read-only/i.test(refusalOf(error)?.message ?? '')) throw error;
    throw new MusterError(
      'UNSUPPORTED',
      `the secrets and configs of ${service} can't be put into its container, which is read-only`,
      {
        hint: 'run muster where the engine runs, as root, or drop read_only, uid, gid and mode',
        cause: refusalOf(error),
      },
    );
  }
}

async function tarOf(uploads: readonly Upload[]): Promise<Buffer> {
  const { packTar } = await import('modern-tar');
  const folders = new Set<string>();
  const entries = uploads.flatMap((file) => {
    const name = file.target.replace(/^\/+/, '');
    return [
      ...newFolders(name, folders).map((folder) => ({
        header: { name: `${folder}/`, type: 'directory' as const, mode: 0o755, uid: 0, gid: 0, size: 0 },
      })),
      {
        header: { name, type: 'file' as const, mode: file.mode, uid: file.uid ?? 0, gid: file.gid ?? 0, size: file.bytes.length },
        body: file.bytes,
      },
    ];
  });
  return Buffer.from(await packTar(entries));
}

/** Only those below /run/secrets, which no image has; other folders keep the rights that the image gave them. */
function newFolders(name: string, known: Set<string>): string[] {
  const made: string[] = [];
  const parts = name.split('/').slice(0, -1);
  for (let depth = 1; depth <= parts.length; depth++) {
    const folder = parts.slice(0, depth).join('/');
    if (!folder.startsWith('run/secrets') || known.has(folder)) continue;
    known.add(folder);
    made.push(folder);
  }
  return made;
}
