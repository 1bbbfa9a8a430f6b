// Native services of another user on another host: their agent is brought there, and it is nobody else's.

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Far, makeFar } from '../contracts/host-far.ts';
import { type Folder, folderWith } from '../support/muster.ts';

let far: Far;
let folder: Folder | undefined;
beforeAll(async () => {
  far = await makeFar();
});
afterEach(async () => {
  await folder?.cleanUp();
  folder = undefined;
});
afterAll(() => far.close());

const stack = (): string => `
services:
  here:
    command: ["sh", "-c", "echo $$USER; exec sleep 1000"]
    stop_signal: KILL
    x-muster: { runtime: process }
  there:
    command: ["sh", "-c", "echo $$USER $$HOME; exec sleep 1000"]
    depends_on: [here]
    secrets: [key]
    stop_signal: KILL
    x-muster: { runtime: process, host: "${far.ssh}" }
secrets:
  key: { file: ./key }
`;

test('one file runs on two hosts, as two users, each with an agent of its own', async () => {
  folder = await folderWith(stack());
  await folder.write('key', 'a-secret-for-one');
  expect(await folder.muster('up', '-d')).toMatchObject({ code: 0 });
  expect((await folder.muster('up', '-d')).stderr).toContain('Nothing to do: 2 up to date');

  const logs = await folder.muster('logs', '--no-log-prefix', 'there');
  expect(logs.stdout).toBe(`${far.user.name} ${far.user.home}\n`);
  expect(await folder.muster('exec', '-T', 'there', 'sh', '-c', 'cat $MUSTER_SECRETS_DIR/key; id -u')).toMatchObject({
    code: 0,
    stdout: `a-secret-for-one${far.user.uid}\n`,
  });
  const mine = await folder.run('su', far.user.name, '-c', `ls ${join(folder.path, '.state')}`);
  expect(mine.code).not.toBe(0);

  const states = (await folder.muster('ps', '-a', '--format', '{{.Name}} {{.State}}')).stdout.split('\n').filter(Boolean).sort();
  expect(states).toEqual([`${folder.project}-here-1 running`, `${folder.project}-there-1 running`]);
  expect(await folder.muster('down')).toMatchObject({ code: 0 });
  expect((await folder.muster('ps', '-aq')).stdout).toBe('');
});

test('what is kept over there belongs to that user, and nobody else may look', async () => {
  folder = await folderWith(stack());
  await folder.write('key', 'a-secret-for-one');
  expect(await folder.muster('up', '-d', 'there')).toMatchObject({ code: 0 });
  const state = join(far.user.home, '.local/state/muster');
  for (const path of [state, ...readdirSync(state).map((name) => join(state, name))]) {
    const { uid, mode } = statSync(path);
    expect([path, uid, mode & 0o077]).toEqual([path, far.user.uid, 0]);
  }
});
