import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { packTar } from 'modern-tar';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProgressLine } from '#engine/api/image.ts';
import type { Engine } from '#engine/engine.ts';
import { openEngine } from '#engine/open.ts';
import { authHeader } from '#image/credentials.ts';
import { inspectImage, listImages, removeImage, tagImage } from '#image/local-images.ts';
import { pullImage } from '#image/pull.ts';
import { account, loginFor, startRegistry } from './registry.ts';
import type { Registry } from './registry.ts';

const environment = { PATH: process.env.PATH };
let engine: Engine;
beforeAll(() => {
  engine = openEngine({ environment });
});
afterAll(() => engine.close());

const options = (configDirectory: string, progress: string[] = []) => ({
  signal: new AbortController().signal,
  environment: { ...environment, DOCKER_CONFIG: configDirectory },
  progress: (text: string): void => void progress.push(text),
});

/** Pushes an image that nobody else has as `name:1` and forgets it locally; gives its digest. */
async function publish(name: string, credentials: { username: string; password: string }): Promise<string> {
  const archive = await packTar([{ header: { name: 'data', size: 100_000 }, body: randomBytes(100_000) }]);
  await engine.json({
    path: '/images/create',
    method: 'POST',
    query: { fromSrc: '-', repo: `${name}-made`, tag: '1' },
    headers: { 'content-type': 'application/x-tar' },
    body: Readable.from([archive]),
  });
  await tagImage(engine, `${name}-made:1`, { repo: name, tag: '1' });
  await removeImage(engine, `${name}-made:1`);
  const headers = { 'x-registry-auth': authHeader({ ...credentials, serveraddress: name.split('/')[0] ?? '' }) };
  let digest = '';
  for await (const line of engine.lines<ProgressLine>({
    path: `/images/${name}/push`,
    method: 'POST',
    query: { tag: '1' },
    headers,
  })) {
    if (line.error !== undefined) throw new Error(line.error);
    digest = line.aux?.Digest ?? digest;
  }
  await removeImage(engine, `${name}:1`);
  return digest;
}

describe('an image in a registry', () => {
  let registry: Registry;
  let digest = '';
  let name = '';
  let config = '';
  beforeAll(async () => {
    registry = await startRegistry({ login: false });
    name = `${registry.address}/muster-test/app`;
    digest = await publish(name, account);
    config = loginFor(null);
  });
  afterAll(async () => {
    for (const reference of [`${name}:1`, `${name}@${digest}`]) await removeImage(engine, reference);
    await rm(config, { recursive: true });
    await registry.close();
  });

  test('is pulled by tag, with all layers in one line of progress', async () => {
    const progress: string[] = [];
    const { imageId } = await pullImage(engine, `${name}:1`, options(config, progress));
    expect((await inspectImage(engine, `${name}:1`))?.Id).toBe(imageId);
    expect(progress.at(-1)).toMatch(/^pulling 1\/1 layers/);
  });

  test('is pulled by digest', async () => {
    await removeImage(engine, `${name}:1`);
    const { imageId } = await pullImage(engine, `${name}@${digest}`, options(config));
    expect((await inspectImage(engine, imageId))?.RepoDigests).toContain(`${name}@${digest}`);
  });

  test.each([
    ['a tag that is not there', ':none', /manifest|not found/, /check the tag/],
    ['a name that is not there', '-none:1', /manifest|not found|name unknown/, /check the/],
  ])('%s is named with the remedy', async (_what, suffix, message, hint) => {
    await expect(pullImage(engine, `${name}${suffix}`, options(config))).rejects.toMatchObject({
      code: 'IMAGE_PULL_FAILED',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  test('a platform that the image does not have is named', async () => {
    await removeImage(engine, `${name}:1`);
    const pulling = pullImage(engine, `${name}:1`, { ...options(config), platform: 'linux/s390x' });
    // An image without a list of platforms is pulled whatever it is for; newer engines refuse it.
    await pulling.catch((error: unknown) => expect(error).toMatchObject({ code: 'IMAGE_PULL_FAILED' }));
  });

  test('a pull ends with the signal', async () => {
    const pulling = pullImage(engine, `${name}:1`, { ...options(config), signal: AbortSignal.abort() });
    await expect(pulling).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  test('local images are listed, inspected and removed; one that is not there is no failure', async () => {
    await pullImage(engine, `${name}:1`, options(config));
    expect((await listImages(engine, { references: [`${name}:1`] })).map((image) => image.RepoTags)).toEqual([[`${name}:1`]]);
    expect(await removeImage(engine, `${name}:1`)).toBe(true);
    expect(await removeImage(engine, `${name}:1`)).toBe(false);
    expect(await inspectImage(engine, `${name}:1`)).toBeNull();
  });
});

describe('an image behind a login', () => {
  let registry: Registry;
  let name = '';
  beforeAll(async () => {
    registry = await startRegistry({ login: true });
    name = `${registry.address}/muster-test/private`;
    await publish(name, account);
  });
  afterAll(async () => {
    await removeImage(engine, `${name}:1`);
    await registry.close();
  });

  async function pullWith(config: string): Promise<{ imageId: string }> {
    try {
      return await pullImage(engine, `${name}:1`, options(config));
    } finally {
      await rm(config, { recursive: true });
    }
  }

  test('is pulled with the credentials of the Docker configuration', async () => {
    expect((await pullWith(loginFor(registry.address))).imageId).toMatch(/^sha256:/);
  });

  test('is refused without them, with the command that logs in', async () => {
    await expect(pullWith(loginFor(null))).rejects.toMatchObject({
      code: 'IMAGE_PULL_FAILED',
      hint: expect.stringContaining(`docker login ${registry.address}`),
    });
  });

  test('is refused with a wrong password, which is not repeated', async () => {
    const error: unknown = await pullWith(loginFor(registry.address, { username: 'ann', password: 'wr0ng' })).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: 'IMAGE_PULL_FAILED', hint: expect.stringContaining('log in again') });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error as object))).not.toContain('wr0ng');
  });
});

test('a registry that nobody reaches says so, and how to do without', async () => {
  await expect(pullImage(engine, '127.0.0.1:1/app:1', options('/nonexistent'))).rejects.toMatchObject({
    code: 'IMAGE_PULL_FAILED',
    message: expect.stringContaining("can't pull 127.0.0.1:1/app:1"),
    hint: expect.stringContaining('docker load'),
  });
});

test('what is no reference is not asked for', async () => {
  await expect(pullImage(engine, 'Not An Image', options('/nonexistent'))).rejects.toMatchObject({ code: 'IMAGE_PULL_FAILED' });
});
