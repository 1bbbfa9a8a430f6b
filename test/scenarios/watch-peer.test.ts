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

const rounds: readonly Round[] = [
  async (folder) => {
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
  async (folder) => {
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
  async (folder) => {
    // Not a folder where a file was: Docker Compose stumbles over it.
    await rm(join(folder.path, 'src/moved'), { recursive: true });
    await folder.write('src/moved/again/x', 'x');
    await mkdir(join(folder.path, 'src/empty'), { mode: 0o700 });
    await folder.write('later/b', '');
  },
];

const listing = `find /app /picked /later /etc/one.json | sort | while read -r path; do
  stat -c '%n %F %a %u %g' "$path"; if [ -L "$path" ]; then readlink "$path"; elif [ -f "$path" ]; then cat "$path"; echo; fi; done; echo END`;

/** What is in the container after each round. */
async function filesUnder(program: string): Promise<string[]> {
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
  const inside = async (script: string): Promise<string> =>
    (await folder.run('docker', 'exec', `${folder.project}-web-1`, 'sh', '-c', script)).stdout;
  const listings: string[] = [];
  for (const [index, edit] of rounds.entries()) {
    await edit(folder);
    // It may come with the rest or after it, never before.
    await folder.write('src/round', String(index));
    await until(
      async () => {
        const now = JSON.stringify(index < 1 ? { now: 1 } : { now: 2 }).replace(':', ': ');
        return (await inside('cat /app/round; cat /etc/one.json; cat /later/on/a')) === `${index}${now}l`;
      },
      100_000,
      `round ${index} to arrive`,
    );
    let listed = '';
    // A restart ends whoever is looking just then.
    await until(async () => (listed = await inside(listing)).endsWith('END\n'), 100_000, `the files of round ${index}`);
    listings.push(listed);
  }
  watch.child.kill('SIGINT');
  expect(await watch.finished).toMatchObject({ code: 130 });
  return listings;
}

test('a series of edits leaves the same in the container as with Docker Compose', { timeout: 400_000 }, async () => {
  const theirs = await filesUnder(peer);
  const ours = await filesUnder(musterProgram);
  expect(ours).toEqual(theirs);
  // Not because nothing came.
  expect(ours[0]).toContain('/app/new regular file 750 12 34\nnew\n');
  expect(ours[2]).toContain('/app/empty directory 700');
});
