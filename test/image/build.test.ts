import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Build } from '#model/project.ts';
import type { ContainerCreated } from '#engine/api/container.ts';
import { demultiplex } from '#engine/demultiplex.ts';
import type { Engine } from '#engine/engine.ts';
import { openEngine } from '#engine/open.ts';
import { buildImage } from '#image/build.ts';
import { inspectImage, listImages, removeImage } from '#image/local-images.ts';
import { ensureBusyboxImage } from '../support/images.ts';
import { removeLabelled } from './clean-up.ts';

const environment = { PATH: process.env.PATH };
const tag = `muster-test-image-build:${process.pid}`;
let engine: Engine;
let base = '';
let root = '';
beforeAll(async () => {
  base = await ensureBusyboxImage();
  engine = openEngine({ environment });
});
afterAll(async () => {
  await removeLabelled(engine, 'muster-test=image');
  engine.close();
});
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'muster-build-'));
});
afterEach(async () => {
  await removeImage(engine, tag, { force: true });
  await rm(root, { recursive: true });
});

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}

async function build(section: Build = {}, extra: { signal?: AbortSignal; noCache?: boolean } = {}) {
  const output: string[] = [];
  const progress: string[] = [];
  const request = {
    service: 'web',
    build: { context: root, ...section },
    tag,
    labels: { 'muster-test': 'image' },
    noCache: extra.noCache,
  };
  const context = {
    signal: extra.signal ?? new AbortController().signal,
    output: (line: string): void => void output.push(line),
    progress: (line: string): void => void progress.push(line),
    environment: { ...environment, DOCKER_CONFIG: root },
  };
  const built = await buildImage(engine, request, context);
  return { ...built, output, progress };
}

/** What a container of the built image prints. */
async function run(...command: string[]): Promise<string> {
  const body = { Image: tag, Cmd: command };
  const { Id } = await engine.json<ContainerCreated>({ path: '/containers/create', method: 'POST', body });
  try {
    await engine.json({ path: `/containers/${Id}/start`, method: 'POST' });
    await engine.json({ path: `/containers/${Id}/wait`, method: 'POST' });
    const logs = await engine.stream({ path: `/containers/${Id}/logs`, query: { stdout: true, stderr: true } });
    const { stdout, stderr } = demultiplex(logs);
    stderr.resume();
    return await text(stdout);
  } finally {
    await engine.json({ path: `/containers/${Id}`, method: 'DELETE', query: { force: true } });
  }
}

describe('a build', () => {
  test('makes the image from the context, with arguments, target, labels and further tags', async () => {
    await write(
      'Dockerfile',
      `FROM ${base} AS first\nARG GREETING\nCOPY . /app\nRUN echo $GREETING > /greeting\nFROM first AS second\nRUN rm /greeting\n`,
    );
    await write('.dockerignore', 'secret');
    await write('file', 'content');
    await write('secret', 'secret');
    const further = `${tag}-further`;
    const { imageId, output, progress } = await build({
      args: { GREETING: 'hello' },
      target: 'first',
      labels: { a: 'b' },
      tags: [further],
    });
    expect((await inspectImage(engine, further))?.Id).toBe(imageId);
    expect((await inspectImage(engine, tag))?.Config?.Labels).toMatchObject({ a: 'b', 'muster-test': 'image' });
    expect((await listImages(engine, { labels: ['muster-test=image'] })).map((image) => image.Id)).toContain(imageId);
    expect(await run('sh', '-c', 'cat /greeting; ls -A /app')).toBe('hello\n.dockerignore\nDockerfile\nfile\n');
    await removeImage(engine, further);
    expect(output).toContainEqual(expect.stringMatching(/^Step 1\/\d : FROM .* AS first$/));
    expect(progress).toContainEqual(expect.stringMatching(/^Step 4\/\d : RUN echo/));
  });

  test('finds everything in the cache when nothing has changed, and nothing when told so', async () => {
    await write('Dockerfile', `FROM ${base}\nCOPY . /app\nRUN date +%s%N > /made\n`);
    await write('file', 'content');
    const first = await build();
    expect((await build()).imageId).toBe(first.imageId);
    expect((await build({}, { noCache: true })).imageId).not.toBe(first.imageId);
  });

  test('takes an inline Dockerfile, which the image does not see, and finds it in the cache', async () => {
    await write('file', 'content');
    const dockerfile_inline = `FROM ${base}\nCOPY . /app\nRUN date +%s%N > /made\n`;
    const first = await build({ dockerfile_inline });
    expect(await run('ls', '-A', '/app')).toBe('file\n');
    expect((await build({ dockerfile_inline })).imageId).toBe(first.imageId);
  });

  test('takes a Dockerfile from outside the context', async () => {
    await write('app/file', 'content');
    await write('docker/web.Dockerfile', `FROM ${base}\nCOPY . /app\n`);
    await build({ context: join(root, 'app'), dockerfile: '../docker/web.Dockerfile' });
    expect(await run('ls', '-A', '/app')).toBe('file\n');
  });
});

describe('a build that fails', () => {
  test('names the step, the command and the last lines of that step', async () => {
    await write(
      'Dockerfile',
      `FROM ${base}\nLABEL muster-test=image\nRUN echo fine\nRUN echo first; echo the reason >&2; exit 3\n`,
    );
    const error: unknown = await build().catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'BUILD_FAILED',
      message: expect.stringMatching(
        /^the build of service "web" failed at step 4\/\d \(RUN echo first.*non-zero code: 3[\s\S]*\n {2}the reason/,
      ),
    });
    expect((error as Error).message).not.toContain('fine');
  });

  test.each([
    ['an unknown instruction', 'FRO scratch', /unknown instruction/i, /correct the Dockerfile/],
    ['a file that is not in the context', 'FROM BASE\nCOPY missing /x', /missing/, /\.dockerignore/],
    ['BuildKit syntax', 'FROM BASE\nRUN --mount=type=cache,target=/x true', /BuildKit/, /buildx/],
  ])('%s is told with the remedy', async (_what, dockerfile, message, hint) => {
    await write('Dockerfile', dockerfile.replace('BASE', `${base}\nLABEL muster-test=image`));
    await expect(build()).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  test('ends with the signal', async () => {
    await write('Dockerfile', `FROM ${base}\nLABEL muster-test=image\nRUN sleep 30\n`);
    const controller = new AbortController();
    const building = build({}, { signal: controller.signal, noCache: true });
    setTimeout(() => controller.abort(), 700);
    await expect(building).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  test('because its input is missing has sent nothing', async () => {
    await expect(build()).rejects.toMatchObject({
      code: 'BUILD_INPUT',
      message: expect.stringContaining(join(root, 'Dockerfile')),
    });
  });
});
