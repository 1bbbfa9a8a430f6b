// Files that are brought into replicas while they run (develop.watch).

import { describe, expect, test } from 'vitest';
import type { ContextEntry } from '#image/context-entries.ts';
import type { ObservedReplica } from '#model/observed.ts';
import { textOf } from './runtime-bench.ts';
import type { Bench } from './runtime-bench.ts';
import type { MakeBench } from './runtime.ts';

// No timeout: it would count from when the file is loaded, and the tests before these may take long. The test itself is given up on.
const { signal } = new AbortController();

const entry = (path: string, more: Partial<ContextEntry> & { readonly text?: string } = {}): ContextEntry => {
  const { text = '', ...fields } = more;
  const bytes = Buffer.from(text);
  const content = async function* (): AsyncGenerator<Uint8Array> {
    if (bytes.length > 0) yield await Promise.resolve(bytes);
  };
  return { path, kind: 'file', mode: 0o644, mtimeMs: 1_700_000_000_000, size: bytes.length, linkTarget: '', content, ...fields };
};

async function* each(entries: readonly ContextEntry[]): AsyncGenerator<ContextEntry> {
  for (const one of entries) yield await Promise.resolve(one);
}

const put = (
  project: Bench,
  replica: ObservedReplica,
  entries: readonly ContextEntry[],
  gone: readonly string[] = [],
): Promise<void> =>
  project.made.runtime.putFiles?.(replica, { gone, entries: entries.length === 0 ? null : each(entries) }, { signal }) ??
  Promise.reject(new Error('this runtime puts no files'));

async function inside(project: Bench, replica: ObservedReplica, script: string): Promise<string> {
  const session = await project.made.runtime.exec(replica, {
    command: ['sh', '-c', script],
    tty: false,
    interactive: false,
    detach: false,
    user: '',
    workingDir: '',
    privileged: false,
    environment: [],
    signal,
  });
  const [stdout, stderr] = await Promise.all([textOf(session.stdout), textOf(session.stderr), session.exit]);
  return stdout + stderr;
}

/** For runtimes whose replicas have files of their own; of the others it checks that they do not say so. */
export function fileContract(bench: MakeBench): void {
  describe('files', () => {
    const onOwnFiles = (project: Bench): boolean => {
      const { putFiles, traits } = project.made.runtime;
      expect(putFiles !== undefined).toBe(traits.images);
      return traits.images;
    };

    test('they come with content, mode, owner, time and link, and folders they need; in place of what was there', async () => {
      const project = bench(({ service }) => ({ web: service('exec sleep 1000') }));
      if (!onOwnFiles(project)) return;
      const web = await project.up('web');
      await put(project, web, [
        entry('put/a folder', { kind: 'directory', mode: 0o750 }),
        entry('put/a folder/ünter "uns" $x', { text: 'hello', mode: 0o755, owner: { uid: 12, gid: 34 } }),
        entry('put/link', { kind: 'symlink', linkTarget: '/nowhere/yet' }),
        entry('put/turns', { text: 'a file' }),
      ]);
      expect(await inside(project, web, 'cd /put; cat a*/*; readlink link; stat -c "%a %u %g %Y" a*/*; stat -c %a a*')).toBe(
        'hello/nowhere/yet\n755 12 34 1700000000\n750\n',
      );
      await put(project, web, [
        entry('put/turns', { kind: 'directory', mode: 0o755 }),
        entry('put/turns/to', { text: 'a folder' }),
      ]);
      expect(await inside(project, web, 'cat /put/turns/to')).toBe('a folder');
    });

    test('what is gone is removed first, with what is below it; what is not there is no failure', async () => {
      const project = bench(({ service }) => ({ web: service('exec sleep 1000') }));
      if (!onOwnFiles(project)) return;
      const web = await project.up('web');
      const gone = ['/put/-rf', '/put/a $(touch ran) b', '/put/folder', '/put/never', '/not/there'];
      await put(project, web, [
        entry('put/-rf'),
        entry('put/a $(touch ran) b'),
        entry('put/folder/deep/file'),
        entry('put/stays'),
      ]);
      await put(project, web, [entry('put/folder', { text: 'now a file' })], gone);
      expect(await inside(project, web, 'ls /put; cat /put/folder; ls -d ran /ran')).toBe(
        'folder\nstays\nnow a filels: ran: No such file or directory\nls: /ran: No such file or directory\n',
      );
      const many = Array.from({ length: 3000 }, (_, number) => `/put/${'long '.repeat(20)}${number}`);
      await put(project, web, [entry(`put/${'long '.repeat(20)}2999`)]);
      await put(project, web, [], many);
      expect(await inside(project, web, 'ls /put')).toBe('folder\nstays\n');
    });

    test('a replica that does not run gets them, too', async () => {
      const project = bench(({ service }) => ({ web: service('cat /put/file; exec sleep 1000') }));
      if (!onOwnFiles(project)) return;
      const { id } = await project.up('web');
      await project.perform('kill-replica', project.replica('web', 1, id));
      const web = await project.exited('web');
      await put(project, web, [entry('put/file', { text: 'put while it was stopped' })]);
      await project.perform('start-replica', project.replica('web', 1, web.id));
      expect(await inside(project, web, 'cat /put/file')).toBe('put while it was stopped');
    });

    test('where the replica has another user than root, that one gets them, and root removes them', async () => {
      const project = bench(({ service }) => ({ web: service('exec sleep 1000', { user: '1234:5678' }) }));
      if (!onOwnFiles(project)) return;
      const web = await project.up('web');
      await put(project, web, [entry('put/file', { owner: { uid: 12, gid: 34 } })]);
      expect(await inside(project, web, 'stat -c "%u %g" /put/file')).toBe('1234 5678\n');
      const other = bench(({ service }) => ({ web: service('exec sleep 1000', { user: 'nobody' }) }));
      const named = await other.up('web');
      await put(other, named, [entry('put/file', { owner: { uid: 12, gid: 34 } })]);
      expect(await inside(other, named, 'stat -c "%u %g" /put/file')).toBe('65534 65534\n');
      await put(project, web, [], ['/put/file']);
      expect(await inside(project, web, 'ls /put')).toBe('');
    });

    test('a replica that is gone is told as such', async () => {
      const project = bench(({ service }) => ({ web: service('exec sleep 1000') }));
      if (!onOwnFiles(project)) return;
      const web = await project.up('web');
      await project.perform('remove-replica', project.replica('web', 1, web.id), { force: true });
      await expect(put(project, web, [entry('file')])).rejects.toMatchObject({ code: 'REPLICA_NOT_FOUND' });
      await expect(put(project, web, [], ['/file'])).rejects.toMatchObject({ code: 'REPLICA_NOT_FOUND' });
    });
  });
}
