// The same edits under `docker compose watch` and under `muster watch`: the container has the same files afterwards.

import { chmod, chown, mkdir, rename, rm, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { until } from '../../tools/parts/until.ts';
import { busyboxImage, ensureBusyboxImage } from '../support/images.ts';
import { type Folder, type Running, folderWith, launch, musterProgram } from '../support/muster.ts';
import { peerCompose } from '../support/parts/peer-compose.ts';

const compose = `
services:
  web:
    build:
      context: .
      dockerfile_inline: |
        FROM ${busyboxImage}
        COPY src /app
    command: sleep 1000
    stop_signal: KILL
    develop:
      watch:
        - { action: sync, path: ./src, target: /app, ignore: ["*.log", cache/] }
        - { action: sync, path: ./picked, target: /picked, include: ["*.txt", deep/] }
        - { action: sync+restart, path: ./one.json, target: /etc/one.json }
        - { action: sync, path: ./later, target: /later/on }
`;

const folders: Folder[] = [];
const running: Running[] = [];
let peer: string;
beforeAll(async () => {
  await ensureBusyboxImage();
  peer = await peerCompose();
});
afterEach(async () => {
  for (const { child } of running.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) {
    await folder.run('sh', '-c', `docker images -q "${folder.project}-*" | xargs -r docker rmi -f`);
    await folder.cleanUp();
  }
});

type Round = (folder: Folder) => Promise<void>;

/** `arrived`: what shows that all of it has come. */
const rounds: readonly { readonly edit: Round; readonly arrived: readonly string[] }[] = [
  {
    arrived: [
      '/app/new regular file 750 12 34\nnew\n',
      '/app/ünï/çode/ß ',
      '/app/link symbolic link',
      '/picked/yes.txt ',
      '/picked/deep/any ',
      '{"now": 1}',
      '/later/on/a ',
      'END\n',
    ],
    edit: async (folder) => {
      await folder.write('src/new', 'new');
      await folder.write('src/a name with blanks', 'b');
      await folder.write('src/ünï/çode/ß', 'u');
      await folder.write('src/changed', 'changed');
      await folder.write('src/debug.log', 'ignored');
      await folder.write('src/cache/x', 'ignored');
      await folder.write('src/backup~', 'ignored');
      await folder.write('src/.file.swp', 'ignored');
      await folder.write('generated/x', 'nobody watches it');
      await folder.write('picked/yes.txt', 'p');
      await folder.write('picked/no.md', 'not included');
      await folder.write('picked/deep/any', 'p');
      await folder.write('one.json', '{"now": 1}');
      await folder.write('later/a', 'l');
      await symlink('changed', join(folder.path, 'src/link'));
      await chmod(join(folder.path, 'src/new'), 0o750);
      await chown(join(folder.path, 'src/new'), 12, 34);
    },
  },
  {
    arrived: ['/app/moved/çode/ß ', 'changed again', '{"now": 2}', 'END\n'],
    edit: async (folder) => {
      await unlink(join(folder.path, 'src/removed'));
      await rm(join(folder.path, 'src/tree'), { recursive: true });
      await rename(join(folder.path, 'src/ünï'), join(folder.path, 'src/moved'));
      await unlink(join(folder.path, 'src/link'));
      // As an editor saves.
      await folder.write('src/changed.tmp', 'changed again');
      await rename(join(folder.path, 'src/changed.tmp'), join(folder.path, 'src/changed'));
      await folder.write('one.json.tmp', '{"now": 2}');
      await rename(join(folder.path, 'one.json.tmp'), join(folder.path, 'one.json'));
      await unlink(join(folder.path, 'picked/yes.txt'));
    },
  },
  {
    arrived: ['/app/again/x ', '/app/empty directory 700', '/later/on/b ', 'END\n'],
    edit: async (folder) => {
      // Nothing takes the place of what has gone: Docker Compose stumbles over a folder where a file was, and may keep what was in a folder that
      // is there again when it looks.
      await rm(join(folder.path, 'src/moved'), { recursive: true });
      await folder.write('src/again/x', 'x');
      await mkdir(join(folder.path, 'src/empty'), { mode: 0o700 });
      await folder.write('later/b', '');
    },
  },
];

const listing = `find /app /picked /later /etc/one.json | sort | while read -r path; do
  stat -c '%n %F %a %u %g' "$path"; if [ -L "$path" ]; then readlink "$path"; elif [ -f "$path" ]; then cat "$path"; echo; fi; done; echo END`;

type Watched = {
  readonly watch: Running;
  edit(round: Round): Promise<void>;
  /** What is in the container. */
  files(): Promise<string>;
};

async function watchedBy(program: string): Promise<Watched> {
  const folder = await folderWith(compose);
  folders.push(folder);
  await folder.write('src/removed', 'r');
  await folder.write('src/tree/deep/leaf', 't');
  await folder.write('src/changed', 'c');
  await folder.write('one.json', '{}');
  await folder.write('picked/before', 'not told');
  const watch = launch(program, ['watch'], folder.path, folder.environment);
  running.push(watch);
  await watch.until(/Watch enabled/);
  return {
    watch,
    edit: (round) => round(folder),
    files: async () => (await folder.run('docker', 'exec', `${folder.project}-web-1`, 'sh', '-c', listing)).stdout,
  };
}

test('a series of edits leaves the same in the container as with Docker Compose', { timeout: 400_000 }, async () => {
  const theirs = await watchedBy(peer);
  const ours = await watchedBy(musterProgram);
  for (const { edit, arrived } of rounds) {
    await theirs.edit(edit);
    await ours.edit(edit);
    let both: readonly string[] = [];
    // Each tool takes its own time, and what belongs together may come in parts; a restart ends whoever is looking just then.
    const isSame = async (): Promise<boolean> => {
      both = await Promise.all([theirs.files(), ours.files()]);
      return both[0] === both[1] && arrived.every((line) => both[0]?.includes(line));
    };
    await until(isSame, 100_000, 'the same files under both').catch(() => expect(both[1]).toBe(both[0]));
    for (const line of arrived) expect(both[0]).toContain(line);
  }
  for (const { watch } of [theirs, ours]) {
    watch.child.kill('SIGINT');
    expect(await watch.finished).toMatchObject({ code: 130 });
  }
});
