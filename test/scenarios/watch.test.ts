// `muster watch` and `muster up --watch`: what changes here is brought into what runs. docs/guide/watch.md

import { chmod, rename, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { until } from '../../tools/parts/until.ts';
import { busyboxImage, ensureBusyboxImage } from '../support/images.ts';
import { type Folder, type Running, folderWith } from '../support/muster.ts';

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

const inReplica = async (script: string, replica = 'web-1'): Promise<string> =>
  (await folder.run('docker', 'exec', `${folder.project}-${replica}`, 'sh', '-c', script)).stdout;

const untilThere = (script: string, expected: string, replica?: string): Promise<void> =>
  until(async () => (await inReplica(script, replica)) === expected, patienceMs, `${script} to print ${expected}`);

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
