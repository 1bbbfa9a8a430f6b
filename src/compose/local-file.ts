import { MusterError } from '#lib/errors.ts';
import { isAbsolutePath, joinPath } from './gopath.ts';
import { placeOf } from './places.ts';
import type { Layer, Session } from './session.ts';
import type { Mapping, TreePath } from './tree.ts';

export type LocalFile = {
  readonly file: string;
  /** The folder of the repository or artifact that it is in; null when it is on this machine. */
  readonly root: string | null;
};

/** The file that a path in a Compose file means: beside that file, or fetched from elsewhere. Throws with the path's place. */
export function localFile(
  path: string,
  at: TreePath,
  root: Mapping,
  { layer, session }: { readonly layer: Layer; readonly session: Session },
): LocalFile {
  try {
    const fetched = session.remotes.fileFor(path, session.reader);
    if (fetched !== null) return fetched;
  } catch (cause) {
    if (!(cause instanceof MusterError)) throw cause;
    throw placed(cause, at, root);
  }
  return { file: isAbsolutePath(path) ? path : joinPath(layer.baseDir, path), root: null };
}

function placed(problem: MusterError, at: TreePath, root: Mapping): MusterError {
  const place = placeOf(root, at);
  const { code, message, hint, cause } = problem;
  return new MusterError(code, message, {
    path: [...at],
    cause,
    ...(hint === undefined ? {} : { hint }),
    ...(place === undefined ? {} : { place }),
  });
}
