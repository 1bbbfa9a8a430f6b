// Secrets and configs: default targets, mode and owner honoured, read-only, private, and a changed content replaces their users.

import { afterEach, beforeAll, expect, test } from 'vitest';
import { busyboxImage, ensureBusyboxImage } from '../support/images.ts';
import { type Folder, folderWith } from '../support/muster.ts';

let folder: Folder | undefined;
beforeAll(() => ensureBusyboxImage());
afterEach(async () => {
  await folder?.cleanUp();
  folder = undefined;
});

const stack = `
services:
  web:
    image: ${busyboxImage}
    command: sleep 1000
    stop_signal: KILL
    secrets:
      - plain
      - { source: fromenv, target: /etc/key, uid: "65534", gid: "65534", mode: 0400 }
    configs:
      - app
      - { source: inline, target: /etc/inline.conf, mode: 0444 }
secrets:
  plain: { file: ./plain.txt }
  fromenv: { environment: THE_KEY }
configs:
  app: { file: ./app.conf }
  inline: { content: "hello \${WHO:-world}" }
`;

async function make(): Promise<Folder> {
  const made = await folderWith(stack, { env: { THE_KEY: 'k3y-s3cret' } });
  await made.write('plain.txt', 'pl4in-s3cret');
  await made.write('app.conf', 'a = 1\n');
  return made;
}

const inside = async (from: Folder, script: string) => (await from.muster('exec', '-T', 'web', 'sh', '-c', script)).stdout;

test('they are where Compose puts them, with the mode and owner asked for, and can not be written', async () => {
  folder = await make();
  expect(await folder.muster('up', '-d')).toMatchObject({ code: 0 });
  expect(await inside(folder, 'cat /run/secrets/plain')).toBe('pl4in-s3cret');
  expect(await inside(folder, 'cat /etc/key; stat -c " %a %u %g" /etc/key')).toBe('k3y-s3cret 400 65534 65534\n');
  expect(await inside(folder, 'cat /app')).toBe('a = 1\n');
  expect(await inside(folder, 'cat /etc/inline.conf')).toBe('hello world');
  expect(await inside(folder, 'echo x 2>/dev/null >> /run/secrets/plain || echo refused')).toBe('refused\n');
});

test('no secret value stands in labels, inspect, plans or receipts', async () => {
  folder = await make();
  const plan = await folder.muster('plan');
  const up = await folder.muster('up', '-d');
  const inspect = await folder.run('docker', 'inspect', `${folder.project}-web-1`);
  const receipts = await folder.run('sh', '-c', 'cat $(find .state -name "*.json*")');
  expect(receipts.stdout).toContain('"verb":"up"');
  for (const text of [plan.stdout, plan.stderr, up.stdout, up.stderr, inspect.stdout, receipts.stdout])
    expect(text).not.toMatch(/s3cret/);
});

test('the state directory is private to its owner', async () => {
  folder = await make();
  await folder.muster('up', '-d');
  const open = await folder.run(
    'sh',
    '-c',
    'find .state/muster .runtime -type d -perm /077; find .state/muster -name "*.json" -perm /077',
  );
  expect(open.stdout).toBe('');
});

test('a changed secret, config or inline content is a reason to replace, by name and without its value', async () => {
  folder = await make();
  await folder.muster('up', '-d');
  expect((await folder.muster('plan', '--detailed-exitcode')).code).toBe(0);
  await folder.write('plain.txt', 'n3w-s3cret');
  const plan = await folder.muster('plan');
  expect(plan.stdout).toMatch(/secret.*plain/);
  expect(plan.stdout).not.toContain('s3cret');
  await folder.muster('up', '-d');
  expect(await inside(folder, 'cat /run/secrets/plain')).toBe('n3w-s3cret');
});

test('down leaves no staged copy behind', async () => {
  folder = await make();
  await folder.muster('up', '-d');
  await folder.muster('down');
  expect((await folder.run('grep', '-rl', 's3cret', '.state', '.runtime')).stdout).toBe('');
});
