// `config --resolve-image-digests` and `--lock-image-digests`, with a real registry, against Docker Compose.

import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loginFor, startRegistry, type Registry } from '../image/registry.ts';
import { ensureBusyboxImage } from '../support/images.ts';
import { folderWith, type Folder } from '../support/muster.ts';
import { peerCompose } from '../support/parts/peer-compose.ts';

const someDigest = `sha256:${'a'.repeat(64)}`;
let registry: Registry;
let login = '';
let folder: Folder;
let peer = '';

beforeAll(async () => {
  peer = await peerCompose();
  registry = await startRegistry({ login: true });
  login = loginFor(registry.address);
  const image = `${registry.address}/muster-test/app:1`;
  const docker = (...args: string[]) => execFileSync('docker', ['--config', login, ...args], { stdio: 'ignore' });
  docker('tag', await ensureBusyboxImage(), image);
  docker('push', image);
  docker('rmi', image);
  folder = await folderWith(
    `
x-note: { kept: "$$1" }
services:
  web: { image: "${image}", ports: ["80:80"], environment: { TAG: "\${TAG:-1}" } }
  built: { build: . }
  pinned: { image: "${image}@${someDigest}", build: . }
  hub: { image: "busybox@${someDigest}" }
  off: { image: "${image}", profiles: [never] }
volumes: { data: }
`,
    { env: { DOCKER_CONFIG: login } },
  );
});
afterAll(async () => {
  await folder.cleanUp();
  await registry.close();
  await rm(login, { recursive: true });
});

test.each([
  '--resolve-image-digests',
  '--resolve-image-digests --format json',
  '--resolve-image-digests --no-interpolate',
  '--lock-image-digests',
  '--lock-image-digests --format json',
  '--lock-image-digests --no-interpolate',
  '--lock-image-digests --no-interpolate --format json',
  '--lock-image-digests web',
  '--lock-image-digests --images web',
])('config %s prints what Docker Compose prints', async (flags) => {
  const theirs = await folder.run(peer, 'config', ...flags.split(' '));
  const ours = await folder.muster('config', ...flags.split(' '));
  expect(theirs.code, theirs.stderr).toBe(0);
  expect(ours).toMatchObject({ code: 0, stdout: theirs.stdout });
});

test('what was locked is an override file that pins the images', async () => {
  const locked = (await folder.muster('config', '--lock-image-digests')).stdout;
  await folder.write('lock.yaml', locked);
  const { stdout } = await folder.muster('-f', 'compose.yaml', '-f', 'lock.yaml', 'config', '--images', 'web');
  expect(stdout).toMatch(new RegExp(`^${registry.address}/muster-test/app:1@sha256:[0-9a-f]{64}\n$`));
});

test('every image that has no digest is named, with what to do', async () => {
  const image = `${registry.address}/muster-test/app`;
  await folder.write(
    'wrong.yaml',
    `services: { a: { image: "${image}:2" }, b: { image: "${image}:3" }, c: { image: "App:1" }, d: { image: "${image}:2" } }`,
  );
  const { code, stdout, stderr } = await folder.muster('-f', 'wrong.yaml', 'config', '--lock-image-digests');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr.match(/no digest for \S+|"App:1" is no image reference/g)).toEqual([
    '"App:1" is no image reference',
    `no digest for ${image}:2:`,
    `no digest for ${image}:3:`,
  ]);
  expect(stderr).toContain('hint: check the tag');
  expect(stderr).not.toContain('test-secret');
});
