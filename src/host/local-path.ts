import { bytesOf } from '#lib/byte-text.ts';

/** What node:fs takes for a path that may hold bytes that are no UTF-8. */
export function localPath(path: string): string | Buffer {
  return path.isWellFormed() ? path : bytesOf(path);
}
