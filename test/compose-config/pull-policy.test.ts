// Which pull policies fetch an image that is on this machine already: a real registry has a newer one under the same tag.

import { execFileSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startRegistry, type Registry } from '../image/registry.ts';
import { busyboxImage, ensureBusyboxImage } from '../support/images.ts';
import { folderWith, type Finished, type Folder } from '../support/muster.ts';
import { peerCompose } from '../support/parts/peer-compose.ts';

const newer = `muster-test/newer-${process.pid}:1`;
let registry: Registry;
let image = '';
let peer = '';
let folder: Folder | undefined;

const docker = (...args: string[]): string => execFileSync('docker', args, { encoding: 'utf8', stdio: 'pipe' }).trim();

beforeAll(async () => {
  peer = await peerCompose();
  registry = await startRegistry({ login: false });
  image = `${registry.address}/muster-test/app:1`;
  await ensureBusyboxImage();
  const container = docker('create', busyboxImage, 'sh');
  docker('commit', '--change', 'ENV NEWER=1', container, newer);
  docker('rm', container);
  docker('tag', newer, image);
  docker('push', image);
});
afterAll(async () => {
  docker('rmi', image, newer);
  await registry.close();
});
afterEach(async () => {
  await folder?.cleanUp();
  folder = undefined;
});

test.each([
  ['every_0s', true],
  ['always', true],
  ['every_1h', false],
  ['daily', false],
  ['weekly', false],
  ['missing', false],
  ['if_not_present', false],
  // Docker Compose reads both words and does nothing with them.
  ['refresh, pull_refresh_after: 0s', false],
])('pull_policy: %s fetches a newer image: %s, as with Docker Compose', async (policy, isFetched) => {
  folder = await folderWith(`services: { web: { image: "${image}", pull_policy: ${policy} } }`);
  expect(await imageAfter(() => (folder as Folder).run(peer, 'create'))).toBe(isFetched ? 'newer' : 'as it was');
  expect(await imageAfter(() => (folder as Folder).muster('create'))).toBe(isFetched ? 'newer' : 'as it was');
});

/** What the replica was made of, by a tool that finds an older image under the tag. */
async function imageAfter(create: () => Promise<Finished>): Promise<string> {
  docker('tag', busyboxImage, image);
  const { code, stderr } = await create();
  expect(code, stderr).toBe(0);
  const name = `${folder?.project}-web-1`;
  const used = docker('inspect', '--format', '{{.Image}}', name);
  docker('rm', name);
  return used === docker('image', 'inspect', '--format', '{{.Id}}', newer) ? 'newer' : 'as it was';
}
