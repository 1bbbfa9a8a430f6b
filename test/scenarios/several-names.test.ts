// One engine and one agent under two names each: nothing is made twice, seen twice, or taken for an orphan.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { busyboxImage, ensureBusyboxImage } from '../support/images.ts';
import { type Folder, folderWith } from '../support/muster.ts';
import { type SshServer, startSshServer } from '../support/parts/ssh-server.ts';

let base: string;
let server: SshServer;
let folder: Folder | undefined;
beforeAll(async () => {
  await ensureBusyboxImage();
  base = mkdtempSync(join(tmpdir(), 'muster-names-'));
  mkdirSync(join(base, 'run'), { mode: 0o700 });
  server = await startSshServer({ environment: own() });
});
afterEach(async () => {
  await folder?.cleanUp();
  folder = undefined;
});
afterAll(async () => {
  await server.close();
  rmSync(base, { recursive: true, force: true });
});

/** Whoever logs in keeps everything where this test's programs do. */
const own = () => ({ XDG_STATE_HOME: join(base, 'state'), XDG_RUNTIME_DIR: join(base, 'run') });
const far = (): string => `ssh://${server.user}@127.0.0.1:${server.port}`;

async function open(compose: string): Promise<Folder> {
  const path = `${join(server.folder, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`;
  folder = await folderWith(compose, { env: { ...own(), PATH: path } });
  return folder;
}

const services = {
  containers: (host: string): string =>
    `{ image: "${busyboxImage}", command: ["sleep", "1000"], stop_signal: KILL, x-muster: { host: "${host}" } }`,
  'native services': (host: string): string =>
    `{ command: ["sleep", "1000"], stop_signal: KILL, x-muster: { runtime: process, host: "${host}" } }`,
};

test.each(Object.entries(services))('%s of one file run side by side, under whichever name', async (_kind, service) => {
  const made = await open(`services:\n  here: ${service('local')}\n  there: ${service(far())}\n`);
  expect(await made.muster('up', '-d')).toMatchObject({ code: 0 });
  expect((await made.muster('ps', '-aq')).stdout.trim().split('\n')).toHaveLength(2);
  expect((await made.muster('up', '-d', '--remove-orphans')).stderr).toContain('Nothing to do: 2 up to date');
  expect((await made.muster('down')).stderr).not.toContain('warning');
  expect((await made.muster('ps', '-aq')).stdout).toBe('');
});

test.each(Object.entries(services))(
  '%s stay as they are when the file calls their place by its other name',
  async (_kind, service) => {
    const made = await open(`services:\n  web: ${service(far())}\n`);
    expect(await made.muster('up', '-d')).toMatchObject({ code: 0 });
    const before = (await made.muster('ps', '-q')).stdout;
    await made.write('compose.yaml', `services:\n  web: ${service('local')}\n`);
    expect((await made.muster('up', '-d')).stderr).toContain('Nothing to do: 1 up to date');
    expect((await made.muster('ps', '-aq')).stdout).toBe(before);
  },
);
