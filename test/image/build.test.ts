import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
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
import { until } from '../../tools/parts/until.ts';
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

const builders = [
  { builder: 'BuildKit', DOCKER_BUILDKIT: '1' },
  { builder: 'the classic builder', DOCKER_BUILDKIT: '0' },
];

type Extra = { signal?: AbortSignal; noCache?: boolean; output?: (line: string) => void };

async function build(DOCKER_BUILDKIT: string, section: Build = {}, extra: Extra = {}) {
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
    output: (line: string): void => {
      output.push(line);
      extra.output?.(line);
    },
    progress: (line: string): void => void progress.push(line),
    environment: { ...environment, DOCKER_CONFIG: root, DOCKER_BUILDKIT },
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

/** Every command line, with spaces between its words; the engine's builds run here too. */
async function commandsOfThisMachine(): Promise<string> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.join('\n').replaceAll('\0', ' ');
}

describe.each(builders)('a build with $builder', ({ DOCKER_BUILDKIT }) => {
  test('makes the image from the context, with arguments, target, labels and further tags', async () => {
    await write(
      'Dockerfile',
      `FROM ${base} AS first\nARG GREETING\nCOPY . /app\nRUN echo $GREETING > /greeting\nFROM first AS second\nRUN rm /greeting\n`,
    );
    await write('.dockerignore', 'secret');
    await write('file', 'content');
    await write('secret', 'secret');
    const further = `${tag}-further`;
    const { imageId, output, progress } = await build(DOCKER_BUILDKIT, {
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
    expect(output).toContainEqual(expect.stringMatching(/^(Step 1\/\d : FROM .* AS first|#\d \[first 1\/3\] FROM .*)$/));
    expect(progress).toContainEqual(expect.stringMatching(/^(Step 4\/\d :|\[first 3\/3\]) RUN echo/));
  });

  test('finds everything in the cache when nothing has changed, and nothing when told so', async () => {
    await write('Dockerfile', `FROM ${base}\nCOPY . /app\nRUN date +%s%N > /made\n`);
    await write('file', 'content');
    const first = await build(DOCKER_BUILDKIT);
    expect((await build(DOCKER_BUILDKIT)).imageId).toBe(first.imageId);
    expect((await build(DOCKER_BUILDKIT, {}, { noCache: true })).imageId).not.toBe(first.imageId);
  });

  test('takes an inline Dockerfile, which the image does not see, and finds it in the cache', async () => {
    await write('file', 'content');
    const dockerfile_inline = `FROM ${base}\nCOPY . /app\nRUN date +%s%N > /made\n`;
    const first = await build(DOCKER_BUILDKIT, { dockerfile_inline });
    expect(await run('ls', '-A', '/app')).toBe('file\n');
    expect((await build(DOCKER_BUILDKIT, { dockerfile_inline })).imageId).toBe(first.imageId);
  });

  test('takes a Dockerfile from outside the context', async () => {
    await write('app/file', 'content');
    await write('docker/web.Dockerfile', `FROM ${base}\nCOPY . /app\n`);
    await build(DOCKER_BUILDKIT, { context: join(root, 'app'), dockerfile: '../docker/web.Dockerfile' });
    expect(await run('ls', '-A', '/app')).toBe('file\n');
  });
});

describe.each(builders)('a build with $builder that fails', ({ DOCKER_BUILDKIT }) => {
  test('names the step, the command and the last lines of that step', async () => {
    await write(
      'Dockerfile',
      `FROM ${base}\nLABEL muster-test=image\nRUN echo fine\nRUN echo first; echo the reason >&2; exit 3\n`,
    );
    const error: unknown = await build(DOCKER_BUILDKIT).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'BUILD_FAILED',
      message: expect.stringMatching(
        /^the build of service "web" failed at step \d\/\d \(RUN echo first.* code: 3[\s\S]*\n {2}the reason/,
      ),
    });
    expect((error as Error).message).not.toContain('fine');
  });

  test.each([
    ['an unknown instruction', 'FRO scratch', /unknown instruction/i, /correct the Dockerfile/],
    ['a file that is not in the context', 'FROM BASE\nCOPY missing /x', /missing/, /\.dockerignore/],
  ])('%s is told with the remedy', async (_what, dockerfile, message, hint) => {
    await write('Dockerfile', dockerfile.replace('BASE', `${base}\nLABEL muster-test=image`));
    await expect(build(DOCKER_BUILDKIT)).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  test('ends with the signal, and the engine stops the step', async () => {
    const nap = `sleep 9${process.pid}${DOCKER_BUILDKIT}`;
    await write('Dockerfile', `FROM ${base}\nLABEL muster-test=image\nRUN echo began; ${nap}\n`);
    const controller = new AbortController();
    const output = (line: string): void => {
      if (line.endsWith('began')) controller.abort();
    };
    const building = build(DOCKER_BUILDKIT, {}, { signal: controller.signal, noCache: true, output });
    await expect(building).rejects.toMatchObject({ code: 'CANCELLED' });
    await until(async () => !(await commandsOfThisMachine()).includes(nap), 10_000, 'the end of the step');
  });

  test('because its input is missing has sent nothing', async () => {
    await expect(build(DOCKER_BUILDKIT)).rejects.toMatchObject({
      code: 'BUILD_INPUT',
      message: expect.stringContaining(join(root, 'Dockerfile')),
    });
  });
});
