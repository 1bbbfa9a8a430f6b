// `-f`, `include` and `extends` from a registry: what Docker Compose published there, against Docker Compose with the same cache.

import { existsSync, readdirSync, statSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { account, loginFor, startRegistry, type Registry } from '../image/registry.ts';
import { busyboxImage, ensureBusyboxImage } from '../support/images.ts';
import { folderWith, type Folder } from '../support/muster.ts';
import { peerCompose } from '../support/parts/peer-compose.ts';
import { composeFile, envFile, pushArtifact, pushManifest, sha256 } from './push-artifact.ts';

let secure: Registry;
let open: Registry;
let login = '';
let peer = '';
let folder: Folder;

const run = `image: "${busyboxImage}", command: [sleep, "1000"], stop_signal: KILL`;
const published = (): string => `oci://${secure.address}/team/app:1`;

beforeAll(async () => {
  await ensureBusyboxImage();
  peer = await peerCompose();
  // Docker Compose speaks to no registry without TLS.
  secure = await startRegistry({ login: true, tls: true });
  open = await startRegistry({ login: false });
  login = loginFor(secure.address);
  const publisher = await folderWith(
    `
services:
  db:
    image: ${busyboxImage}
    command: [sleep, "1000"]
    stop_signal: KILL
    environment: { TAG: "\${TAG:-none}" }
    env_file: db.env
  api:
    extends:
      file: base.yaml
      service: base
`,
    { env: { SSL_CERT_FILE: secure.certificate, DOCKER_CONFIG: login } },
  );
  await publisher.write('db.env', 'A=b\n');
  await publisher.write('base.yaml', `services:\n  base: { ${run}, environment: { FROM: base } }\n`);
  await publisher.write('more.yaml', 'services: { db: { labels: { over: "yes" } } }\n');
  const address = published().slice('oci://'.length);
  const { code, stderr } = await publisher.run(
    ...([peer, '-f', 'compose.yaml', '-f', 'more.yaml', 'publish', '--with-env', '-y', address] as const),
  );
  expect(code, stderr).toBe(0);
  await publisher.cleanUp();
});
afterAll(async () => {
  await secure.close();
  await open.close();
  await rm(login, { recursive: true });
});
beforeEach(async () => {
  const XDG_CACHE_HOME = `/tmp/muster-oci-cache-${process.pid}-${Date.now()}`;
  folder = await folderWith('', { env: { XDG_CACHE_HOME, DOCKER_CONFIG: login, SSL_CERT_FILE: secure.certificate } });
});
afterEach(async () => {
  await folder.cleanUp();
  await rm(cache(), { recursive: true, force: true });
});

const cache = (): string => folder.environment['XDG_CACHE_HOME'] ?? '';
const unpacked = (): string[] => {
  const place = join(cache(), 'docker-compose');
  return existsSync(place) ? readdirSync(place).map((name) => join(place, name)) : [];
};
const including = (path: string): Promise<string> =>
  folder.write('compose.yaml', `include: ["${path}"]\nservices: { web: { ${run} } }\n`);

const cases: readonly [string, string, readonly string[]][] = [
  ['include', 'include: ["OCI"]\nservices: { web: { image: web } }', []],
  ['include with an override', 'include: [{ path: ["OCI", local.yaml] }]\nservices: { web: { image: web } }', []],
  ['extends', 'services: { web: { extends: { file: "OCI", service: db } } }', []],
  ['-f', '', ['-f', 'OCI']],
  ['-f before a file from here', '', ['-f', 'OCI', '-f', 'local.yaml']],
  ['-f after a file from here', '', ['-f', 'sub/local.yaml', '-f', 'OCI']],
  ['-f with a project directory', '', ['--project-directory', 'sub', '-f', 'OCI']],
];
test.each(cases)(
  '%s: config prints what Docker Compose prints, hashes and all, whoever fetched it',
  async (_what, text, files) => {
    const here = (word: string): string => word.replaceAll('OCI', published());
    await folder.write('compose.yaml', here(text));
    await folder.write('.env', 'TAG=from-here\n');
    for (const place of ['local.yaml', 'sub/local.yaml'])
      await folder.write(place, 'services: { db: { volumes: ["./local:/local"] } }');
    await folder.write('sub/.env', 'TAG=from-sub\n');
    const both = (...args: string[]) => Promise.all([folder.muster(...args), folder.run(peer, ...args)]);
    const args = files.map(here);
    const ours = await folder.muster(...args, 'config');
    expect(ours).toMatchObject({ code: 0, stderr: expect.stringContaining(`Fetching ${published()}`) });
    expect((await folder.run(peer, ...args, 'config')).stdout).toBe(ours.stdout);
    await rm(cache(), { recursive: true });
    expect((await folder.run(peer, ...args, 'config')).code).toBe(0);
    const [ourHashes, theirHashes] = await both(...args, 'config', '--hash', '*');
    expect(ourHashes).toMatchObject({ code: 0, stderr: expect.not.stringContaining('Fetching') });
    expect(theirHashes.stdout).toBe(ourHashes.stdout);
  },
);

test('COMPOSE_FILE takes an address alone, and several with another separator', async () => {
  await folder.write('local.yaml', 'services: { web: { image: web } }');
  const services = async (env: Record<string, string>): Promise<string> =>
    (await folder.start(['config', '--services'], { env }).finished).stdout;
  expect(await services({ COMPOSE_FILE: published() })).toBe('api\ndb\n');
  expect(await services({ COMPOSE_FILE: `${published()},local.yaml`, COMPOSE_PATH_SEPARATOR: ',' })).toBe('api\ndb\nweb\n');
});

test('up runs what a registry has, and Docker Compose recreates nothing of it', async () => {
  const files = ['-f', published()];
  const up = await folder.muster(...files, 'up', '-d', '-y');
  expect(up.code, up.stderr).toBe(0);
  expect((await folder.muster('-p', folder.project, 'exec', '-T', 'db', 'sh', '-c', 'echo $TAG $A')).stdout).toBe('none b\n');
  const ids = async (): Promise<string> => (await folder.muster('-p', folder.project, 'ps', '-q')).stdout;
  const before = await ids();
  const theirs = await folder.run(peer, ...files, 'up', '-d', '-y');
  expect(theirs.code, theirs.stderr).toBe(0);
  expect(await ids()).toBe(before);
});

test('what it takes of this machine, and includes, is agreed to before it runs, as with Docker Compose', async () => {
  const name = `${open.address}/team/taking`;
  const other = `${open.address}/team/other`;
  const web = `web: { ${run}, environment: { TOKEN: "\${TOKEN:-}", OTHER: "\${OTHER:-}" } }`;
  await pushArtifact(other, '1', [composeFile(`services: { other: { ${run} } }`)]);
  await pushArtifact(name, '1', [composeFile(`include: ["oci://${other}:1"]\nservices: { ${web} }`)]);
  const env = { TOKEN: 'test-secret' };
  const files = ['-f', `oci://${name}:1`];
  const up = (input: string, ...flags: string[]) => folder.start([...files, 'up', '-d', ...flags], { env, input }).finished;
  const replicas = async (): Promise<string> => (await folder.muster('-p', folder.project, 'ps', '-aq')).stdout;

  const unanswered = await up('');
  expect(unanswered).toMatchObject({ code: 1, stderr: expect.stringContaining('--yes agrees beforehand') });
  expect(unanswered.stderr).toContain(`it includes oci://${other}:1\n`);
  expect(unanswered.stderr).toContain('it takes from here the value of TOKEN\n');
  expect(unanswered.stderr).not.toContain('test-secret');
  expect(await up('n\n')).toMatchObject({ code: 1, stderr: expect.stringContaining('was not run') });
  const once = await folder.start([...files, 'run', '--rm', 'web', 'cat'], { env, input: 'y\n' }).finished;
  expect(once).toMatchObject({ code: 1, stdout: '' });
  expect(await replicas()).toBe('');

  await folder.write('.env', `COMPOSE_FILE=oci://${name}:1`);
  expect(await folder.start(['up', '-d'], { env }).finished).toMatchObject({ code: 1, stderr: expect.stringContaining('--yes') });

  expect((await up('y\n')).code).toBe(0);
  expect(await replicas()).not.toBe('');
  expect((await folder.start([...files, 'run', '-y', '--rm', '-T', 'web', 'cat'], { env, input: 'y\n' }).finished).stdout).toBe(
    'y\n',
  );
});

test('one that takes nothing is run without a question', async () => {
  const name = `${open.address}/team/plain`;
  await pushArtifact(name, '1', [composeFile(`services: { web: { ${run}, environment: { A: "\${UNSET:-b}" } } }`)]);
  const up = await folder.muster('-f', `oci://${name}:1`, 'up', '-d');
  expect(up.code, up.stderr).toBe(0);
  expect(up.stderr).toContain(`oci://${name}:1 is stored in ${unpacked()[0]}`);
});

test('one that is named by its digest is fetched once; its files are for this user alone', async () => {
  const name = `${open.address}/team/pinned`;
  const digest = await pushArtifact(name, '1', [composeFile('services: { db: { image: "db:1" } }')]);
  await including(`oci://${name}:1@${digest}`);
  const online = await folder.muster('config');
  expect(online).toMatchObject({ code: 0, stderr: expect.stringContaining('Fetching') });
  const [place = ''] = unpacked();
  expect(place.endsWith(digest.slice('sha256:'.length))).toBe(true);
  expect(statSync(place).mode & 0o777).toBe(0o700);
  expect(statSync(join(place, 'compose.yaml')).mode & 0o777).toBe(0o600);
  await including(`oci://127.0.0.1:1/team/pinned@${digest}`);
  expect(await folder.muster('config')).toEqual({ code: 0, stdout: online.stdout, stderr: '' });
});

test('a tag that moved is fetched again', async () => {
  const name = `${open.address}/team/moving`;
  await including(`oci://${name}:1`);
  for (const image of ['db:1', 'db:2']) {
    await pushArtifact(name, '1', [composeFile(`services: { db: { image: "${image}" } }`)]);
    expect((await folder.muster('config', '--images', 'db')).stdout).toBe(`${image}\n`);
  }
});

test('applications that were published with their images, or for registries that know no artifacts, are found', async () => {
  const name = `${open.address}/team/kinds`;
  const layers = [composeFile('services: { db: { image: "db:1" } }'), envFile('db.env', 'A=b')];
  const config = { mediaType: 'application/vnd.docker.compose.config.empty.v1+json', digest: sha256('{}'), size: 2 };
  const digest = await pushArtifact(name, 'old', layers, { artifactType: undefined, config });
  const inner = await pushArtifact(name, 'inner', layers);
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const { length: size } = await (
    await fetch(`http://${open.address}/v2/team/kinds/manifests/inner`, { headers: { accept: mediaType } })
  ).text();
  await pushManifest(name, 'bundle', {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [{ mediaType, digest: inner, size, artifactType: 'application/vnd.docker.compose.project' }],
  });
  expect(digest).not.toBe(inner);
  for (const tag of ['old', 'bundle'])
    expect(await folder.muster('-f', `oci://${name}:${tag}`, 'config', '--images')).toMatchObject({ code: 0, stdout: 'db:1\n' });
});

test.each([
  ['a tag that is not there', [], {}, 'nope', /team\/bad has no nope/],
  ['an image', [], { artifactType: undefined }, 'x', /is no Compose application, but an image/],
  ['another artifact', [], { artifactType: 'application/vnd.cncf.helm' }, 'x', /but of the type application\/vnd\.cncf\.helm/],
  ['nothing', [], {}, 'x', /it has no Compose file/],
  [
    'a file for another folder',
    [composeFile('a: b'), envFile('../../evil', 'x')],
    {},
    'x',
    /it has a file with the name "\.\.\/\.\.\/evil"/,
  ],
  ['a folder as a file', [composeFile('a: b'), envFile('..', 'x')], {}, 'x', /it has a file with the name "\.\."/],
  [
    'a base for another place',
    [composeFile('a: b'), composeFile('x', { 'com.docker.compose.extends': 'true', 'com.docker.compose.file': '/etc/passwd' })],
    {},
    'x',
    /it has a file with the name "\/etc\/passwd"/,
  ],
])('include of %s is refused with the place, and nothing of it is kept', async (_what, layers, fields, tag, message) => {
  await pushArtifact(`${open.address}/team/bad`, 'x', layers, fields);
  await including(`oci://${open.address}/team/bad:${tag}`);
  const { code, stdout, stderr } = await folder.muster('config');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(message);
  expect(stderr).toContain('at: compose.yaml:1:11');
  expect(unpacked()).toEqual([]);
});

test('without a login, or with a wrong one, it says how to log in, and no password', async () => {
  const wrong = loginFor(secure.address, { ...account, password: 'test-wrong' });
  const nobody = loginFor(null);
  for (const [config, hint] of [
    [nobody, 'if it is private, log in: docker login'],
    [wrong, 'log in again: docker login'],
  ] as const) {
    const { code, stderr } = await folder.start(['-f', published(), 'config'], { env: { DOCKER_CONFIG: config } }).finished;
    expect(code).toBe(1);
    expect(stderr).toContain(`${secure.address} refuses team/app: authentication required`);
    expect(stderr).toContain(hint);
    expect(stderr).not.toContain('test-');
    await rm(config, { recursive: true });
  }
});

test("certificates are found where Docker has them, a registry's own and the one that it wants of its users", async () => {
  await pushArtifact(`${open.address}/team/closed`, '1', [composeFile('services: { db: { image: "db:1" } }')]);
  const closed = await startRegistry({ login: false, tls: true, clientCertificate: true, data: open.data });
  // Whatever is called 127.0.0.1 needs no certificate.
  const address = closed.address.replace('127.0.0.1', '0.0.0.0');
  const config = loginFor(null);
  const ask = () =>
    folder.start(['-f', `oci://${address}/team/closed:1`, 'config', '--images'], {
      env: { DOCKER_CONFIG: config, SSL_CERT_FILE: '' },
    }).finished;
  try {
    expect(await ask()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`or as ca.crt to /etc/docker/certs.d/${address}`),
    });
    const place = join(config, 'certs.d', address);
    await mkdir(place, { recursive: true });
    await copyFile(closed.certificate, join(place, 'ca.crt'));
    expect(await ask()).toMatchObject({ code: 1, stderr: expect.stringMatching(/can't reach the registry/) });
    await copyFile(closed.certificate, join(place, 'client.cert'));
    expect(await ask()).toMatchObject({ code: 1, stderr: expect.stringContaining('client.cert has no client.key beside it') });
    await copyFile(closed.key, join(place, 'client.key'));
    expect(await ask()).toMatchObject({ code: 0, stdout: 'db:1\n' });
  } finally {
    await closed.close();
    await rm(config, { recursive: true });
  }
});

test('two runs at once unpack into one place; what was left half done is completed, and data in it stays', async () => {
  await including(published());
  const [one, two] = await Promise.all([folder.muster('config'), folder.muster('config')]);
  expect([one.code, two.code]).toEqual([0, 0]);
  expect(two.stdout).toBe(one.stdout);
  const [place = '', ...others] = unpacked();
  expect(others).toEqual([]);
  await mkdir(join(place, 'data'));
  await writeFile(join(place, 'data', 'row'), 'precious');
  await writeFile(join(place, 'compose.yaml'), 'services:');
  expect((await folder.muster('config')).stdout).toBe(one.stdout);
  expect(await readFile(join(place, 'data', 'row'), 'utf8')).toBe('precious');
  expect(unpacked()).toEqual([place]);
});

test('a cache that can not be written is told, with what to do', async () => {
  await including(published());
  await folder.write('not-a-folder', '');
  const { code, stderr } = await folder.start(['config'], { env: { XDG_CACHE_HOME: join(folder.path, 'not-a-folder') } })
    .finished;
  expect(code).toBe(1);
  expect(stderr).toMatch(/no place for oci:.*ENOTDIR/);
  expect(stderr).toContain('set XDG_CACHE_HOME');
});

test('progress as JSON lines, or none, is not mixed with words', async () => {
  const config = await folder.muster('-f', published(), '--progress', 'quiet', 'config', '--services');
  expect(config).toEqual({ code: 0, stdout: 'api\ndb\n', stderr: '' });
  const up = await folder.muster('-f', published(), '--progress', 'json', 'up', '-d');
  expect(up.code, up.stderr).toBe(0);
  for (const line of up.stderr.trimEnd().split('\n')) JSON.parse(line);
});

test("Docker Compose's own switch forbids it", async () => {
  const env = { COMPOSE_EXPERIMENTAL_OCI_REMOTE: 'false' };
  const { code, stderr } = await folder.start(['-f', published(), 'config'], { env }).finished;
  expect(code).toBe(1);
  expect(stderr).toContain('COMPOSE_EXPERIMENTAL_OCI_REMOTE=false forbids it');
});

test('a registry that does not answer is named while it is waited for, and Ctrl-C ends that', async () => {
  const silent = await silentServer();
  const running = folder.start(['-f', `oci://127.0.0.1:${silent.port}/team/app:1`, 'config']);
  await running.until(/Waiting for oci:\/\/127\.0\.0\.1/);
  running.child.kill('SIGINT');
  expect(await running.finished).toMatchObject({ code: 130, stdout: '' });
  expect(unpacked()).toEqual([]);
  silent.server.close();
});

async function silentServer(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0 };
}
