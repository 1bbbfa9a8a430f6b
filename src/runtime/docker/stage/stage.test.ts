import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Engine } from '#engine/engine.ts';
import { localHost } from '#host/local.ts';
import type { Project, Service } from '#model/project.ts';
import type { Sources } from '#model/sources.ts';
import { Memory } from '../memory.ts';
import type { DockerSetting } from '../setting.ts';
import { forgetStaged } from './forget.ts';
import { stageSources } from './stage.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-stage-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const setting = (more: { isLocal?: boolean; uid?: number; mounts?: readonly string[] } = {}): DockerSetting => {
  const rows = [{ Mounts: (more.mounts ?? []).map((Source) => ({ Source })) }];
  const host = localHost();
  const facts = async () => ({ ...(await host.facts()), ...(more.uid === undefined ? {} : { uid: more.uid }) });
  return {
    // What staging asks of them; the rest is not touched.
    engine: { isLocal: more.isLocal ?? true, json: () => Promise.resolve(rows) } as unknown as Engine,
    host: { ...host, facts },
    stateDirectory: join(folder, 'state'),
    runtimeDirectory: join(folder, 'run'),
    memory: new Memory(),
  } as DockerSetting;
};

const project = { name: 'blog', secrets: { a: { file: '/x' }, b: { environment: 'B' } }, configs: {} } as unknown as Project;
const sources: Sources = new Map([
  ['secret:a', { bytes: Buffer.from('alpha'), digest: 'd1' }],
  ['secret:b', { bytes: Buffer.from('beta'), digest: 'd2' }],
]);
const definition: Service = {
  command: null,
  entrypoint: null,
  secrets: [
    { source: 'a', mode: '0440' },
    { source: 'b', target: '/etc/b' },
  ],
};
const wanting = { project, service: 'web', definition, sources };

// Only root can give files away.
const asRoot = test.skipIf(process.getuid?.() !== 0);

asRoot(
  'files lie in private folders with the rights that were asked for; what has no file of its own stays off the disk',
  async () => {
    const { mounts, uploads } = await stageSources(setting(), wanting);
    expect(uploads).toEqual([]);
    expect(mounts.map((mount) => mount.target)).toEqual(['/run/secrets/a', '/etc/b']);
    const [a = '', b = ''] = mounts.map((mount) => mount.source);
    expect(a.startsWith(join(folder, 'state/staged/blog/web/'))).toBe(true);
    expect(b.startsWith(join(folder, 'run/staged/blog/web/'))).toBe(true);
    expect(await readFile(a, 'utf8')).toBe('alpha');
    expect((await stat(a)).mode & 0o777).toBe(0o440);
    expect((await stat(b)).mode & 0o777).toBe(0o444);
    expect((await stat(join(folder, 'state/staged/blog'))).mode & 0o777).toBe(0o700);
  },
);

test('the same content is the same place, another content or mode another', async () => {
  const place = async (mode: string, digest: string): Promise<string | undefined> => {
    const service: Service = { command: null, entrypoint: null, secrets: [{ source: 'a', mode }] };
    const content: Sources = new Map([['secret:a', { bytes: Buffer.from(digest), digest }]]);
    return (await stageSources(setting(), { ...wanting, definition: service, sources: content })).mounts[0]?.source;
  };
  const first = await place('0444', 'd1');
  expect(await place('0444', 'd1')).toBe(first);
  expect(await place('0444', 'd2')).not.toBe(first);
  expect(await place('0404', 'd1')).not.toBe(first);
});

test('where the engine’s files are not ours, or an owner can’t be set, files are uploaded', async () => {
  expect((await stageSources(setting({ isLocal: false }), wanting)).mounts).toEqual([]);
  const { mounts, uploads } = await stageSources(setting({ uid: 1000 }), wanting);
  expect(mounts.map((mount) => mount.target)).toEqual(['/etc/b']);
  expect(uploads).toMatchObject([{ target: '/run/secrets/a', mode: 0o440 }]);
});

test('a source that was not read is an error that names it', async () => {
  await expect(stageSources(setting(), { ...wanting, sources: new Map() })).rejects.toMatchObject({
    code: 'SOURCE_MISSING',
    message: expect.stringContaining('secret a'),
  });
});

asRoot('staged files go when no container is bound to them, and stay while one is or will be', async () => {
  const staging = setting();
  const { mounts, release } = await stageSources(staging, wanting);
  const signal = AbortSignal.timeout(5000);
  await forgetStaged(staging, 'blog', 'web', signal);
  expect(await readdir(join(folder, 'state/staged/blog/web'))).toHaveLength(1);
  release();
  await forgetStaged(setting({ mounts: mounts.map((mount) => mount.source) }), 'blog', 'web', signal);
  expect(await readdir(join(folder, 'state/staged/blog/web'))).toHaveLength(1);
  await forgetStaged(setting(), 'blog', 'web', signal);
  expect(await readdir(join(folder, 'state/staged'))).toEqual([]);
});
