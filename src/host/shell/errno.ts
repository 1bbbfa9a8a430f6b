// What coreutils, busybox and shells say about files, as the codes that node:fs uses.

const words: readonly (readonly [RegExp, string])[] = [
  [/no such file|nonexistent|not found/i, 'ENOENT'],
  [/permission denied/i, 'EACCES'],
  [/operation not permitted/i, 'EPERM'],
  [/not a directory/i, 'ENOTDIR'],
  [/is a directory|cannot overwrite directory/i, 'EISDIR'],
  [/file exists/i, 'EEXIST'],
  [/directory not empty/i, 'ENOTEMPTY'],
  [/no space left/i, 'ENOSPC'],
  [/quota exceeded/i, 'EDQUOT'],
  [/read-only file system/i, 'EROFS'],
  [/too many levels/i, 'ELOOP'],
  [/name too long/i, 'ENAMETOOLONG'],
  [/no such process/i, 'ESRCH'],
  [/connection refused/i, 'ECONNREFUSED'],
  [/host is unreachable|no route to host/i, 'EHOSTUNREACH'],
  [/timed out/i, 'ETIMEDOUT'],
];

export function errnoOf(said: string): string | null {
  return words.find(([pattern]) => pattern.test(said))?.[1] ?? null;
}

/** As node:fs would have thrown it, with the words of the tool that failed. */
export function fileError(doing: string, path: string, said: string): Error {
  const code = errnoOf(said);
  return Object.assign(new Error(`${code ?? 'failed'}: ${doing} ${path}: ${said.trim()}`), { code: code ?? 'EIO', path });
}
