import { randomBytes } from 'node:crypto';
import { textOf } from '#lib/byte-text.ts';
import { folderOf } from '../copy.ts';
import type { FileInfo, Host } from '../host.ts';
import { asPath } from './command-lines.ts';
import { errnoOf, fileError } from './errno.ts';
import { outputOf } from './script-runner.ts';
import type { RunScript } from './script-runner.ts';

type Files = Pick<Host, 'readFile' | 'writeFile' | 'makeDirectory' | 'remove' | 'list' | 'exists' | 'stat' | 'setMode'>;

export function shellFiles(run: RunScript): Files {
  return {
    readFile: (path) => outputOf(run('read', [asPath(path)]), 'open', path),

    async writeFile(path, data, { mode, uid, gid }) {
      const owner = uid === undefined && gid === undefined ? '' : `${uid ?? ''}:${gid ?? ''}`;
      const folder = folderOf(asPath(path));
      const args = [draftIn(folder), asPath(path), folder, String(data.length), octal(mode), owner];
      await outputOf(run('write', args, { stdin: data }), 'write', path);
    },

    async makeDirectory(path, { mode }) {
      await outputOf(run('makeDirectory', [asPath(path), octal(mode), octal(0o777 & ~mode)]), 'mkdir', path);
    },

    async remove(path) {
      // With a slash behind it a link would stand for what it points to.
      await outputOf(run('remove', [asPath(path).replace(/(?<=.)\/+$/, '')]), 'rm', path);
    },

    async list(path) {
      const names = split(await outputOf(run('list', [asPath(path)]), 'scandir', path));
      return names.sort((one, other) => Buffer.compare(one, other)).map(textOf);
    },

    exists: async (path) => (await run('exists', [asPath(path)])).exitCode === 0,

    async stat(path) {
      const { exitCode, stdout, stderr } = await run('stat', [asPath(path)]);
      if (exitCode === 0) return fileInfo(stdout.toString());
      if (['ENOENT', 'ENOTDIR'].includes(errnoOf(stderr.toString()) ?? '')) return null;
      throw fileError('lstat', path, stderr.toString());
    },

    async setMode(path, mode) {
      await outputOf(run('setMode', [asPath(path), octal(mode)]), 'chmod', path);
    },
  };
}

export const octal = (mode: number): string => mode.toString(8);

export const draftIn = (folder: string): string => `${folder}/.muster-${randomBytes(6).toString('hex')}`;

function fileInfo(line: string): FileInfo {
  const [raw = '', uid, gid, size] = line.trim().split(' ');
  const mode = Number.parseInt(raw, 16);
  return { kind: kinds[mode >> 12] ?? 'other', mode: mode & 0o7777, uid: Number(uid), gid: Number(gid), sizeBytes: Number(size) };
}

/** By S_IFMT, inode(7). */
const kinds: Readonly<Record<number, FileInfo['kind']>> = { 0o10: 'file', 0o4: 'directory', 0o12: 'link', 0o14: 'socket' };

/** What NUL ends. */
function split(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(0, start);
    parts.push(bytes.subarray(start, end === -1 ? bytes.length : end));
    start = end === -1 ? bytes.length : end + 1;
  }
  return parts;
}
