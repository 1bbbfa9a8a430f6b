// Files of other machines are known only while loading, and loading waits for nothing: it is done again once they are here (complete.ts).

import { MusterError } from '#lib/errors.ts';
import { shownReference, type GitReference, type RemoteReference } from '#model/remote-reference.ts';
import { fileNames } from './file-names.ts';
import { isInside, joinPath } from './gopath.ts';
import { remoteReference, type OtherAddress } from './remote-reference.ts';
import type { Reader } from './reader.ts';

/** Yields the folder with the files of a repository's revision, or of an artifact; rejects with a MusterError. */
export type FetchRemote = (reference: RemoteReference) => Promise<string>;

export type RemoteFile = {
  readonly file: string;
  /** The repository's own folder, or the artifact's. */
  readonly root: string;
};

export class Remotes {
  readonly #known = new Map<string, string | MusterError>();
  readonly #wanted = new Map<string, RemoteReference>();

  /** The file that a path means, null when it is a path on this machine. Throws what stands in the way. */
  fileFor(text: string, reader: Reader): RemoteFile | null {
    const reference = remoteReference(text);
    if (reference === null) return null;
    if (reference.kind === 'other') throw notFetchable(reference);
    const key = keyOf(reference);
    const known = this.#known.get(key);
    if (known === undefined) {
      this.#wanted.set(key, reference);
      // This pass is thrown away, and with it this.
      throw new MusterError('REMOTE_FAILED', `${shownReference(reference)} is not here yet`);
    }
    if (known instanceof MusterError) throw known;
    const file = reference.kind === 'git' ? fileIn(known, reference, reader) : joinPath(known, 'compose.yaml');
    return { file, root: known };
  }

  /** False: nothing was missing, the pass counts. */
  async fetchMissing(fetch: FetchRemote | undefined): Promise<boolean> {
    const wanted = [...this.#wanted];
    this.#wanted.clear();
    await Promise.all(wanted.map(async ([key, reference]) => this.#known.set(key, await folderOrProblem(reference, fetch))));
    return wanted.length > 0;
  }
}

/** Two paths in one revision are one checkout. */
const keyOf = (reference: RemoteReference): string =>
  reference.kind === 'git' ? `${reference.url}#${reference.revision}` : `oci://${reference.name}`;

async function folderOrProblem(reference: RemoteReference, fetch: FetchRemote | undefined): Promise<string | MusterError> {
  try {
    if (fetch !== undefined) return await fetch(reference);
    return new MusterError('REMOTE_FAILED', `${shownReference(reference)} can't be fetched here`);
  } catch (error) {
    // Who gave up waiting has no problem with the file.
    if (!(error instanceof MusterError) || error.code === 'CANCELLED') throw error;
    return error;
  }
}

function fileIn(folder: string, reference: GitReference, reader: Reader): string {
  const { path } = reference;
  const where = `${shownReference(reference)}, revision ${reference.revision || 'HEAD'}`;
  if (path.split('/').includes('..'))
    throw new MusterError('REMOTE_FAILED', `"${path}" leaves the repository ${shownReference(reference)}`, {
      hint: 'name a path below its root',
    });
  const target = joinPath(folder, path);
  const candidates = reader.kind(target) === 'directory' ? fileNames.map((name) => joinPath(target, name)) : [target];
  const file = candidates.find((candidate) => reader.kind(candidate) === 'file');
  if (file === undefined)
    throw new MusterError('FILE_NOT_FOUND', `${where} has no ${path === '' ? 'Compose file' : path}`, {
      hint: 'name its path after the revision: #main:path/compose.yaml',
    });
  // A symbolic link in somebody's repository may not show us a file of this machine.
  if (!isInside(reader.realPath(file), reader.realPath(folder)))
    throw new MusterError('REMOTE_FAILED', `${path || file.slice(folder.length + 1)} of ${where} is a link that leaves it`, {
      hint: 'name the file itself',
    });
  return file;
}

function notFetchable({ text }: OtherAddress): MusterError {
  const scheme = text.slice(0, text.indexOf(':'));
  return new MusterError('UNSUPPORTED', `a file can't be had from ${scheme}://, only from a Git repository or a registry`, {
    hint: 'write https://host/name.git#revision:path or oci://registry/name:tag, or keep a copy of the file here',
  });
}
