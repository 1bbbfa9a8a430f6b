// `-f`, `include` and `extends` from Git repositories, over HTTP, against Docker Compose with the same cache.

import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { busyboxImage, ensureBusyboxImage } from '../support/images.ts';
import { folderWith, type Folder } from '../support/muster.ts';
import { peerCompose } from '../support/parts/peer-compose.ts';
import { startGitServer, type GitServer } from './git-server.ts';

let server: GitServer;
let folder: Folder;
let peer = '';
let url = '';
let first = '';

const run = `image: "${busyboxImage}", command: [sleep, "1000"], stop_signal: KILL`;

beforeAll(async () => {
  await ensureBusyboxImage();
  peer = await peerCompose();
});
beforeEach(async () => {
  server = await startGitServer();
  url = `${server.url}/team/app.git`;
  first = server.commit(
    'team/app.git',
    {
      'compose.yaml': `services: { db: { ${run}, volumes: ["./data:/data"], environment: { TAG: "\${TAG:-none}" }, env_file: db.env } }`,
      '.env': 'TAG=from-its-env\n',
      'db.env': 'A=b\n',
      'data/x': 'x',
      'deploy/docker-compose.yml': `include: [more.yaml]\nservices: { extra: { ${run}, volumes: ["../data:/data"] } }`,
      'deploy/more.yaml': `services: { more: { ${run}, volumes: ["./own:/own"] } }`,
      'linked.yaml': '-> /etc/passwd',
    },
    'v1',
  );
  server.commit('team/app.git', { 'compose.yaml': `services: { db: { ${run} } }` });
  const cache = `/tmp/muster-git-cache-${process.pid}-${Date.now()}`;
  folder = await folderWith('', { env: { XDG_CACHE_HOME: cache } });
});
afterEach(async () => {
  // First, so that a run which waits for an answer ends.
  await server.close().catch(() => undefined);
  await folder.cleanUp();
  await rm(cache(), { recursive: true, force: true });
});

const cache = (): string => folder.environment['XDG_CACHE_HOME'] ?? '';
const checkouts = (): string[] => (existsSync(cache()) ? readdirSync(join(cache(), 'docker-compose')) : []);
const including = (path: string): Promise<string> =>
  folder.write('compose.yaml', `include: ["${path}"]\nservices: { web: { ${run} } }\n`);

test.each([
  ['HEAD', ''],
  ['a branch', '#main'],
  ['a tag', '#v1'],
  ['a folder of a tag', '#v1:deploy'],
  ['a file of a tag', '#v1:deploy/more.yaml'],
])('include of %s: config prints what Docker Compose prints, hashes and all, whoever fetched it', async (_what, fragment) => {
  await including(`${url}${fragment}`);
  const ours = await folder.muster('config');
  expect(ours).toMatchObject({ code: 0, stderr: expect.stringContaining(`Fetching ${url}`) });
  expect((await folder.run(peer, 'config')).stdout).toBe(ours.stdout);
  await rm(cache(), { recursive: true });
  expect((await folder.run(peer, 'config', '--hash', '*')).code).toBe(0);
  const hashes = await folder.muster('config', '--hash', '*');
  expect(hashes).toMatchObject({ code: 0, stderr: expect.not.stringContaining('Fetching') });
  expect((await folder.run(peer, 'config', '--hash', '*')).stdout).toBe(hashes.stdout);
});

test('extends from a repository, and overrides of what is included from one, are what Docker Compose makes of them', async () => {
  await folder.write('local.yaml', 'services: { db: { volumes: ["./local:/local"] } }');
  await folder.write(
    'compose.yaml',
    `include: [{ path: ["${url}#v1", ./local.yaml] }]\nservices: { web: { extends: { file: "${url}#v1:deploy/docker-compose.yml", service: extra } } }\n`,
  );
  const ours = await folder.muster('config');
  expect(ours.code, ours.stderr).toBe(0);
  expect((await folder.run(peer, 'config')).stdout).toBe(ours.stdout);
});

test.each([
  ['HEAD', ''],
  ['a folder of a tag', '#v1:deploy'],
  ['a file of a tag', '#v1:deploy/more.yaml'],
])('-f with %s: config prints what Docker Compose prints, hashes and all', async (_what, fragment) => {
  await folder.write('.env', 'TAG=from-here\n');
  await folder.write('local.yaml', 'services: { db: { image: db, volumes: ["./local:/local"] } }');
  for (const files of [
    ['-f', `${url}${fragment}`],
    ['-f', 'local.yaml', '-f', `${url}${fragment}`],
  ]) {
    const ours = await folder.muster(...files, 'config');
    expect(ours.code, ours.stderr).toBe(0);
    expect((await folder.run(peer, ...files, 'config')).stdout).toBe(ours.stdout);
    const hashes = await folder.muster(...files, 'config', '--hash', '*');
    expect((await folder.run(peer, ...files, 'config', '--hash', '*')).stdout).toBe(hashes.stdout);
  }
});

test('up with -f from a repository: Docker Compose recreates nothing, and commands need the address no more', async () => {
  const files = ['-f', `${url}#v1`];
  const up = await folder.muster(...files, 'up', '-d', '-y');
  expect(up.code, up.stderr).toBe(0);
  const ids = async (): Promise<string> => (await folder.muster('-p', folder.project, 'ps', '-q')).stdout;
  const before = await ids();
  const theirs = await folder.run(peer, ...files, 'up', '-d', '-y');
  expect(theirs.code, theirs.stderr).toBe(0);
  expect(await ids()).toBe(before);
});

test('up runs what is included, and Docker Compose recreates nothing of it', async () => {
  await including(`${url}#v1`);
  expect(await folder.muster('up', '-d')).toMatchObject({ code: 0 });
  expect((await folder.muster('exec', '-T', 'db', 'sh', '-c', 'echo $TAG $A; cat /data/x')).stdout).toBe('from-its-env b\nx');
  const ids = (await folder.muster('ps', '-q')).stdout;
  expect((await folder.run(peer, 'up', '-d')).code).toBe(0);
  expect((await folder.muster('ps', '-q')).stdout).toBe(ids);
});

test('a commit that was fetched needs no network; its files are for this user alone', async () => {
  await including(`${url}#${first}`);
  const online = await folder.muster('config');
  expect(online.code, online.stderr).toBe(0);
  expect(statSync(join(cache(), 'docker-compose')).mode & 0o777).toBe(0o700);
  const asked = server.requests.length;
  await server.close();
  expect(await folder.muster('config')).toEqual({ code: 0, stdout: online.stdout, stderr: '' });
  expect(server.requests.length).toBe(asked);
});

test.each([
  ['#nope', /has no branch or tag "nope"/],
  ['#v1:nope.yaml', /revision v1 has no nope\.yaml/],
  ['#v1:../../../etc/passwd', /leaves the repository/],
  ['#v1:linked.yaml', /is a link that leaves it/],
  ['#--upload-pack=touch pwned', /has no branch or tag "--upload-pack=touch pwned"/],
  ['#--output=pwned', /has no branch or tag/],
])('include of %s is refused with the place, and nothing of it is done', async (fragment, message) => {
  await including(`${url}${fragment}`);
  const { code, stdout, stderr } = await folder.muster('config');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(message);
  expect(stderr).toContain('at: compose.yaml:1:11');
  expect(stderr).not.toContain('root:');
  expect(existsSync(join(folder.path, 'pwned'))).toBe(false);
});

test('a password in an address shows in no message but the line of the file itself', async () => {
  await including(`http://ann:test-secret@${new URL(server.url).host}/nope.git`);
  const { code, stderr } = await folder.muster('config');
  expect(code).toBe(1);
  expect(stderr).toMatch(/can't fetch http:\/\/127\.0\.0\.1:\d+\/nope\.git: /);
  expect(stderr.split('\n').filter((line) => line.includes('test-secret'))).toEqual([expect.stringMatching(/^ 1 \| include:/)]);
});

test('two runs at once fetch into one place, and one that another program left half done is fetched again', async () => {
  await including(`${url}#v1`);
  const [one, two] = await Promise.all([folder.muster('config'), folder.muster('config')]);
  expect([one.code, two.code]).toEqual([0, 0]);
  expect(two.stdout).toBe(one.stdout);
  const [checkout = '', ...others] = checkouts();
  expect(others).toEqual([]);
  await rm(join(cache(), 'docker-compose', checkout), { recursive: true });
  await mkdir(join(cache(), 'docker-compose', checkout, '.git'), { recursive: true });
  expect((await folder.muster('config')).stdout).toBe(one.stdout);
});

test('a cache that can not be written is told, with what to do', async () => {
  await including(`${url}#v1`);
  await folder.write('not-a-folder', '');
  const { code, stderr } = await folder.start(['config'], { env: { XDG_CACHE_HOME: join(folder.path, 'not-a-folder') } })
    .finished;
  expect(code).toBe(1);
  expect(stderr).toMatch(/no place for http:\/\/127\.0\.0\.1:\d+\/team\/app\.git: ENOTDIR/);
  expect(stderr).toContain('set XDG_CACHE_HOME');
});

test('a server that does not answer is named while it is waited for', async () => {
  await including(`${url}#main`);
  server.hold();
  const running = folder.start(['config']);
  await running.until(/Waiting for http/);
  running.child.kill('SIGINT');
  expect(await running.finished).toMatchObject({ code: 130 });
});

test('Ctrl-C while a repository is fetched ends the run and leaves nothing half done', async () => {
  await including(`${url}#${first}`);
  server.hold();
  const running = folder.start(['config']);
  await server.held;
  running.child.kill('SIGINT');
  expect(await running.finished).toMatchObject({ code: 130, stdout: '' });
  expect(checkouts()).toEqual([]);
});
