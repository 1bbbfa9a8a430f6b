// Native services of another user on another host: their agent is brought there, and it is nobody else's.

import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Far, makeFar } from '../contracts/host-far.ts';
import { mustRun } from '../../tools/parts/run.ts';
import { type Folder, folderWith } from '../support/muster.ts';
import { otherVersion } from '../support/other-version.ts';

let far: Far;
let folder: Folder | undefined;
const folders: Folder[] = [];
const fresh: Far[] = [];
beforeAll(async () => {
  far = await makeFar();
});
afterEach(async () => {
  await folder?.cleanUp();
  folder = undefined;
  for (const each of folders.splice(0)) await each.cleanUp();
  for (const each of fresh.splice(0)) await each.close();
});
afterAll(() => far.close());

const stack = (there: Far): string => `
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
    x-muster: { runtime: process, host: "${there.ssh}" }
secrets:
  key: { file: ./key }
`;

test('one file runs on two hosts, as two users, each with an agent of its own', async () => {
  folder = await folderWith(stack(far));
  await folder.write('key', 'a-secret-for-one');
  expect(await folder.muster('up', '-d')).toMatchObject({ code: 0 });
  expect((await folder.muster('up', '-d')).stderr).toContain('Nothing to do: 2 up to date');

  const logs = async (): Promise<string> => (await (folder as Folder).muster('logs', '--no-log-prefix', 'there')).stdout;
  await expect.poll(logs).toBe(`${far.user.name} ${far.user.home}\n`);
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
  folder = await folderWith(stack(far));
  await folder.write('key', 'a-secret-for-one');
  expect(await folder.muster('up', '-d', 'there')).toMatchObject({ code: 0 });
  const state = join(far.user.home, '.local/state/muster');
  for (const path of [state, ...readdirSync(state).map((name) => join(state, name))]) {
    const { uid, mode } = statSync(path);
    expect([path, uid, mode & 0o077]).toEqual([path, far.user.uid, 0]);
  }
});

/** A host that has never seen muster; where things will be kept there. */
async function neverSeen(): Promise<{ readonly there: Far; readonly made: Folder; readonly state: string }> {
  const there = await makeFar();
  fresh.push(there);
  const made = await open(there);
  return { there, made, state: join(there.user.home, '.local/state') };
}

async function open(there: Far): Promise<Folder> {
  const path = `${join(there.server.folder, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`;
  const made = await folderWith(stack(there), { env: { PATH: path } });
  folders.push(made);
  await made.write('key', 'a-secret-for-one');
  return made;
}

const drafts = (state: string): string[] => {
  const program = join(state, 'muster/program');
  return existsSync(program) ? readdirSync(program).filter((name) => /^\.|muster-.*\./.test(name)) : [];
};

test('Ctrl-C while the program is brought over ends the command and leaves nothing half; the next one begins anew', async () => {
  const { made, state } = await neverSeen();
  const up = made.start(['up', '-d', 'there']);
  await untilTrue('a copy has begun', () => drafts(state).length > 0);
  up.child.kill('SIGINT');
  expect(await up.finished).toMatchObject({ code: 130, stderr: expect.stringContaining('interrupted') as string });
  expect(drafts(state)).toEqual([]);
  expect(await made.muster('up', '-d', 'there')).toMatchObject({ code: 0 });
});

test('a connection that breaks while the program is brought over is told, and the next command brings it', async () => {
  const { there, made, state } = await neverSeen();
  const up = made.start(['up', '-d', 'there']);
  await untilTrue('a copy has begun', () => drafts(state).length > 0);
  await there.server.dropConnections();
  const { code, stderr } = await up.finished;
  expect(code).toBe(1);
  expect(stderr).toMatch(/code: HOST_LOST/);
  expect(await made.muster('up', '-d', 'there')).toMatchObject({ code: 0 });
});

test('two first uses at once both work', async () => {
  const { there, made } = await neverSeen();
  const both = [made, await open(there)];
  const codes = await Promise.all(both.map(async (each) => (await each.muster('up', '-d', 'there')).code));
  expect(codes).toEqual([0, 0]);
  for (const each of both) expect((await each.muster('ps', '-q', 'there')).stdout).not.toBe('');
});

test('a full disk over there is told as such, and nothing half is left', async () => {
  const { there, made, state } = await neverSeen();
  const own = `uid=${there.user.uid}`;
  await mustRun('install', ['-d', '-o', String(there.user.uid), state]);
  await mustRun('mount', ['-t', 'tmpfs', '-o', `size=20m,${own},mode=700`, 'muster-test', state]);
  try {
    const { code, stderr } = await made.muster('up', '-d', 'there');
    expect(code).toBe(1);
    expect(stderr).toContain(`muster can't be brought to ${there.ssh}: the disk is full`);
    expect(stderr).toContain('code: COPY_FAILED');
    expect(drafts(state)).toEqual([]);
  } finally {
    await mustRun('umount', [state]);
  }
});

test('a newer muster takes over there as well, and an older one says so', async () => {
  const { there, made } = await neverSeen();
  const versions = mkdtempSync(join(tmpdir(), 'muster-newer-'));
  const newer = otherVersion(versions, { version: '9.0.0', schemaVersion: 9, oldest: 9 });
  expect(await made.muster('up', '-d', 'there')).toMatchObject({ code: 0 });
  const program = async (): Promise<string> => (await made.run('pgrep', '-u', String(there.user.uid), '-x', 'sleep')).stdout;
  const before = await program();
  try {
    const seen = await made.run(process.execPath, newer, 'ps', '--format', '{{.Name}} {{.State}}', 'there');
    expect(seen).toMatchObject({ code: 0, stdout: `${made.project}-there-1 running\n` });
    expect([before, await program()]).toEqual([expect.stringMatching(/^\d+\n$/), before]);
    expect((await made.muster('ps')).stderr).toContain('this muster is too old for the agent');
  } finally {
    // The older one can't.
    expect(await made.run(process.execPath, newer, 'down')).toMatchObject({ code: 0 });
    rmSync(versions, { recursive: true });
  }
});

async function untilTrue(what: string, isSo: () => boolean): Promise<void> {
  for (const until = performance.now() + 60_000; !isSo(); await new Promise((again) => setTimeout(again, 5)))
    if (performance.now() > until) throw new Error(`still not so: ${what}`);
}
