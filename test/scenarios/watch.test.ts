// `muster watch` and `muster up --watch`: what changes here is brought into what runs. docs/guide/watch.md

import { chmod, mkdir, rename, symlink, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { until } from '../../tools/parts/until.ts';
import { busyboxImage, ensureBusyboxImage } from '../support/images.ts';
import { type Folder, type Running, folderWith, musterProgram } from '../support/muster.ts';

let folder: Folder;
const running: Running[] = [];
beforeAll(() => ensureBusyboxImage());
afterEach(async () => {
  for (const one of running.splice(0)) if (one.child.exitCode === null) one.child.kill('SIGKILL');
  await folder.run('sh', '-c', `docker images -q "${folder.project}-*" | xargs -r docker rmi -f`);
  await folder.cleanUp();
});

const patienceMs = 60_000;

/** Returns once changes are noticed. */
async function watching(...args: string[]): Promise<Running> {
  const started = folder.start(args.length === 0 ? ['watch'] : args);
  running.push(started);
  await started.until(/^Watch enabled$/m);
  return started;
}

async function interrupt(program: Running): Promise<{ code: number; stdout: string; stderr: string }> {
  program.child.kill('SIGINT');
  return program.finished;
}

let drafts = 0;

/** At once, as good editors do it: a file that is written is empty for a moment. */
async function save(file: string, text: string): Promise<void> {
  const draft = await folder.write(`.drafts/${++drafts}`, text);
  await mkdir(dirname(join(folder.path, file)), { recursive: true });
  await rename(draft, join(folder.path, file));
}

const inReplica = async (script: string, replica = 'web-1'): Promise<string> =>
  (await folder.run('docker', 'exec', `${folder.project}-${replica}`, 'sh', '-c', script)).stdout;

const untilThere = (script: string, expected: string, replica?: string): Promise<void> =>
  until(async () => (await inReplica(script, replica)) === expected, patienceMs, `${script} to print ${expected}`);

/** What the receipts say was done, and by which command. */
async function recorded(): Promise<string[]> {
  const { stdout } = await folder.muster('receipts', '--format', 'json');
  return (JSON.parse(stdout) as { verb: string; command: string }[]).map(({ verb, command }) => `${verb}: ${command}`);
}

const service = (watch: string, more = ''): string => `
services:
  web:
    image: ${busyboxImage}
    command: sleep 1000
    stop_signal: KILL
    ${more}
    develop: { watch: [${watch}] }
`;

test('sync: what is written, renamed, linked and removed here is so in every replica, and Ctrl-C leaves them running', async () => {
  folder = await folderWith(service('{ action: sync, path: ./src, target: /app, ignore: [tmp/] }', 'scale: 2'));
  await folder.write('src/old.txt', 'from before');
  const watch = await watching();
  await folder.write('src/one.txt', 'one');
  await folder.write('src/tmp/draft.txt', 'nobody needs it');
  await folder.write('src/a folder/ünter uns.txt', 'two');
  await symlink('one.txt', join(folder.path, 'src/link'));
  for (const replica of ['web-1', 'web-2']) {
    await untilThere(
      'cd /app && find . | sort',
      ['.', './a folder', './a folder/ünter uns.txt', './link', './one.txt', ''].join('\n'),
      replica,
    );
    expect(await inReplica('cat "/app/a folder/ünter uns.txt"; readlink /app/link', replica)).toBe('twoone.txt\n');
  }

  await rename(join(folder.path, 'src/a folder'), join(folder.path, 'src/b'));
  await chmod(join(folder.path, 'src/one.txt'), 0o755);
  await unlink(join(folder.path, 'src/link'));
  // As editors save.
  await folder.write('src/.draft', 'one more');
  await rename(join(folder.path, 'src/.draft'), join(folder.path, 'src/b/three.txt'));
  for (const replica of ['web-1', 'web-2']) {
    await untilThere(
      'cd /app && find . | sort',
      ['.', './b', './b/three.txt', './b/ünter uns.txt', './one.txt', ''].join('\n'),
      replica,
    );
    await untilThere('stat -c %a /app/one.txt', '755\n', replica);
  }

  expect(await interrupt(watch)).toMatchObject({ code: 130 });
  expect((await folder.muster('ps', '-q', '--status', 'running')).stdout.trim().split('\n')).toHaveLength(2);
});

test('sync+restart: the program is not restarted for each of a thousand files, and sees them all in the end', async () => {
  folder = await folderWith(`
services:
  web:
    image: ${busyboxImage}
    command: sh -c 'ls /app | wc -l; exec sleep 1000'
    stop_signal: KILL
    develop: { watch: [{ action: sync+restart, path: ./src, target: /app, include: "*.txt" }] }
`);
  await folder.write('src/not included', '');
  const watch = await watching();
  await Promise.all(Array.from({ length: 1000 }, (_, number) => folder.write(`src/${number}.txt`, String(number))));
  await watch.until(/^Restarted "web"$/m);
  await until(
    async () => (await folder.muster('logs', '--no-log-prefix', 'web')).stdout.trim().endsWith('\n1000'),
    patienceMs,
    'the program to count a thousand files',
  );
  expect(await inReplica('ls /app | wc -l; cat /app/567.txt')).toBe('1000\n567');
  const { stdout } = await interrupt(watch);
  // Writing them takes a slow machine a while: it may have been quiet in between.
  expect(stdout.match(/^Syncing/gm)?.length).toBeLessThan(100);
  expect(await recorded()).toContain('restart: watch');
});

test('sync+exec: the command runs as it is asked for, after the files are there; one that fails is told, and watching goes on', async () => {
  folder = await folderWith(`
services:
  web:
    image: ${busyboxImage}
    command: sleep 1000
    stop_signal: KILL
    develop:
      watch:
        - action: sync+exec
          path: ./conf
          target: /conf
          exec:
            command: [sh, -c, 'echo "$$(id -u) $$(pwd) $$GREETING $$(cat /conf/now)"; [ "$$(cat /conf/now)" != bad ]']
            user: nobody
            working_dir: /var
            environment: { GREETING: hello }
`);
  const watch = await watching();
  await save('conf/now', 'good');
  await watch.until(/^65534 \/var hello good$/m);
  await save('conf/now', 'bad');
  await watch.until(/ended with 1 in /);
  await save('conf/now', 'better');
  await watch.until(/^65534 \/var hello better$/m);
  expect(await interrupt(watch)).toMatchObject({ code: 130 });
});

const built = (action: string): string => `
services:
  web:
    build:
      context: .
      dockerfile_inline: |
        FROM ${busyboxImage}
        COPY content /content
        RUN ! grep broken /content
        RUN if grep slow /content; then echo it began; sleep 1000; fi
        RUN echo 'app:x:777:778::/:/bin/sh' >> /etc/passwd
        USER app
    command: sh -c 'cat /content; exec sleep 1000'
    stop_signal: KILL
    develop: { watch: [{ action: rebuild, path: content }, { action: ${action}, path: ./src, target: /app }] }
`;

test('rebuild: the image is built anew, replicas are replaced and get what was synced before; a failed build is told', async () => {
  folder = await folderWith(built('sync'));
  await save('content', 'first');
  const watch = await watching();
  const imageId = async (): Promise<string> =>
    (await folder.run('docker', 'images', '-q', '--no-trunc', `${folder.project}-web`)).stdout.trim();
  const first = await imageId();
  await save('src/synced', 'kept');
  await untilThere('stat -c "%u %g" /app/synced', '777 778\n');

  await save('content', 'broken');
  await watch.until(/code: BUILD_FAILED/);
  expect(await inReplica('cat /content')).toBe('first');

  await save('content', 'second');
  await watch.until(/^Rebuilt "web"$/m);
  await untilThere('cat /content /app/synced', 'secondkept');
  expect(await imageId()).not.toBe(first);
  // Its name went to the new one, and nothing uses it any more.
  await until(async () => (await folder.run('docker', 'inspect', first)).code !== 0, patienceMs, 'the old image to be removed');

  expect(await interrupt(watch)).toMatchObject({ code: 130 });
  expect(await recorded()).toContain('up: watch');
});

test('a replica that somebody else replaces or adds meanwhile gets what has changed since watching began', async () => {
  folder = await folderWith(service('{ action: sync, path: ./src, target: /app, initial_sync: true }'));
  await folder.write('src/before', 'b');
  await folder.write('src/Dockerfile', 'no part of it');
  await folder.muster('up', '-d');
  await watching('watch', '--no-up');
  expect(await inReplica('ls /app')).toBe('before\n');
  await save('src/after', 'a');
  await untilThere('ls /app', 'after\nbefore\n');
  expect(await folder.muster('up', '-d', '--force-recreate', '--scale', 'web=2')).toMatchObject({ code: 0 });
  for (const replica of ['web-1', 'web-2']) await untilThere('ls /app', 'after\nbefore\n', replica);
});

test('up --watch: logs go on over a rebuild and a restart, and Ctrl-C stops the services', async () => {
  folder = await folderWith(built('sync+restart'));
  await save('content', 'first\n');
  const up = await watching('up', '--watch');
  await up.until(/web-1 +\| first/);
  await save('content', 'second\n');
  await up.until(/web-1 +\| second/);
  await save('src/a', '');
  await up.until(/^Restarted "web"$/m);
  await save('content', 'third\n');
  await up.until(/web-1 +\| third/);
  expect(await interrupt(up)).toMatchObject({ code: 130 });
  expect((await folder.muster('ps', '-q', '--status', 'running')).stdout).toBe('');
});

test('up --watch ends when everything has ended, as it does without', async () => {
  folder = await folderWith(`
services:
  web:
    image: ${busyboxImage}
    command: sh -c 'until [ -e /app/end ]; do sleep 0.1; done'
    develop: { watch: [{ action: sync, path: ./src, target: /app }] }
`);
  const up = await watching('up', '--watch');
  await save('src/end', '');
  expect(await up.finished).toMatchObject({ code: 0 });
});

test('Ctrl-C in the middle of a rebuild ends it, and what runs goes on', async () => {
  folder = await folderWith(built('sync'));
  await save('content', 'first');
  const watch = await watching();
  await save('content', 'slow');
  await watch.until(/it began$/m);
  expect(await interrupt(watch)).toMatchObject({ code: 130 });
  expect(await inReplica('cat /content')).toBe('first');
});

test('with --dry-run nothing is changed and nothing is watched', async () => {
  folder = await folderWith(service('{ action: sync, path: ., target: /app }'));
  expect(await folder.muster('--dry-run', 'watch')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('create-replica') as string,
  });
  expect(await folder.muster('--dry-run', 'watch', '--no-up')).toMatchObject({ code: 0 });
  expect((await folder.muster('ps', '-aq')).stdout).toBe('');
});

test('a system without watches left is told as such, with what helps', async () => {
  folder = await folderWith(service('{ action: sync, path: ./src, target: /app }'));
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) await folder.write(`src/${name}/x`, '');
  // A user namespace has limits of its own.
  const script = 'echo 3 > /proc/sys/user/max_inotify_watches && exec "$0" watch --no-up';
  const { code, stderr } = await folder.run('unshare', '-Ur', 'sh', '-c', script, musterProgram);
  expect({ code, stderr }).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/fs\.inotify\.max_user_watches[\s\S]*code: WATCH_LIMIT/) as string,
  });
});

test('a native service is restarted, and that nothing is synced is said', async () => {
  folder = await folderWith(`
services:
  web:
    command: sh -c 'cat src/file; exec sleep 1000'
    stop_signal: KILL
    x-muster: { runtime: process }
    develop: { watch: [{ action: sync, path: ./other, target: /x }, { action: sync+restart, path: ./src, target: /app }] }
`);
  await save('src/file', 'first\n');
  const watch = await watching();
  expect(watch.output().stdout).toContain("web runs on its host's own files");
  const logs = async (): Promise<string> => (await folder.muster('logs', '--no-log-prefix', 'web')).stdout;
  await until(async () => (await logs()) === 'first\n', patienceMs, 'the program to have read its file');
  await save('src/file', 'second\n');
  await watch.until(/^Restarted "web"$/m);
  await until(async () => (await logs()) === 'first\nsecond\n', patienceMs, 'the program to have read the new file');
  expect(await interrupt(watch)).toMatchObject({ code: 130 });
});

test('a path that is mounted from here anyway is not synced, with a warning; with nothing else there is nothing to watch', async () => {
  folder = await folderWith(service('{ action: sync, path: ./src/deep, target: /app }', 'volumes: [./src:/app]'));
  const { code, stdout, stderr } = await folder.muster('watch');
  expect(code).toBe(1);
  expect(stdout).toContain('src/deep is not synced: service web has it mounted');
  expect(stderr).toContain('code: NOTHING_TO_WATCH');
});

test.each([
  ['watch', /code: NOTHING_TO_WATCH/, service('')],
  ['watch nobody', /code: UNKNOWN_SERVICE/, service('{ action: sync, path: ., target: /app }')],
  ['watch', /rebuild needs something to build/, service('{ action: rebuild, path: . }')],
  ['watch', /needs a command/, service('{ action: sync+exec, path: ., target: /app }')],
  ['watch', /target is required/, service('{ action: sync, path: . }')],
  ['up --watch', /code: NOTHING_TO_WATCH/, service('')],
  ['up --watch -d', /--detach and --watch exclude each other/, service('{ action: sync, path: ., target: /app }')],
  ['up -w --wait', /--wait and --watch exclude each other/, service('{ action: sync, path: ., target: /app }')],
  ['up -w --no-build', /--watch and --no-build exclude each other/, service('{ action: sync, path: ., target: /app }')],
])('%s is refused before anything starts: %s', async (command, words, file) => {
  folder = await folderWith(file);
  const { code, stderr } = await folder.muster(...command.split(' '));
  expect(code).not.toBe(0);
  expect(stderr).toMatch(words);
  expect((await folder.muster('ps', '-aq')).stdout).toBe('');
});
