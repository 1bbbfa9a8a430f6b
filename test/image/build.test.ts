import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inspectImage, listImages, removeImage } from '#image/local-images.ts';
import { until } from '../../tools/parts/until.ts';
import { commandsOfThisMachine } from '../support/commands.ts';
import { openBuildBench } from './build-bench.ts';
import type { BuildBench } from './build-bench.ts';

const builders = [
  { builder: 'BuildKit', environment: { DOCKER_BUILDKIT: '1' } },
  { builder: 'the classic builder', environment: { DOCKER_BUILDKIT: '0' } },
];
let bench: BuildBench;
beforeAll(async () => {
  bench = await openBuildBench();
});
afterAll(() => bench.close());
beforeEach(() => bench.begin());
afterEach(() => bench.end());

describe.each(builders)('a build with $builder', ({ environment }) => {
  test('makes the image from the context, with arguments, target, labels and further tags', async () => {
    await bench.write(
      'Dockerfile',
      `FROM ${bench.base} AS first\nARG GREETING\nCOPY . /app\nRUN echo $GREETING > /greeting\nFROM first AS second\nRUN rm /greeting\n`,
    );
    await bench.write('.dockerignore', 'secret');
    await bench.write('file', 'content');
    await bench.write('secret', 'secret');
    const further = `${bench.tag}-further`;
    const { imageId, output, progress } = await bench.build(
      {
        args: { GREETING: 'hello' },
        target: 'first',
        labels: { a: 'b' },
        tags: [further],
      },
      { environment, noCache: true },
    );
    expect((await inspectImage(bench.engine, further))?.Id).toBe(imageId);
    expect((await inspectImage(bench.engine, bench.tag))?.Config?.Labels).toMatchObject({ a: 'b', 'muster-test': 'image' });
    expect((await listImages(bench.engine, { labels: ['muster-test=image'] })).map((image) => image.Id)).toContain(imageId);
    expect(await bench.run('sh', '-c', 'cat /greeting; ls -A /app')).toBe('hello\n.dockerignore\nDockerfile\nfile\n');
    await removeImage(bench.engine, further);
    expect(output).toContainEqual(expect.stringMatching(/^(Step 1\/\d : FROM .* AS first|#\d \[first 1\/3\] FROM .*)$/));
    expect(progress).toContainEqual(expect.stringMatching(/^(Step 4\/\d :|\[first 3\/3\]) RUN echo/));
  });

  test('finds everything in the cache when nothing has changed, and nothing when told so', async () => {
    await bench.write('Dockerfile', `FROM ${bench.base}\nCOPY . /app\nRUN date +%s%N > /made\n`);
    await bench.write('file', 'content');
    const first = await bench.build({}, { environment });
    expect((await bench.build({}, { environment })).imageId).toBe(first.imageId);
    expect((await bench.build({}, { environment, noCache: true })).imageId).not.toBe(first.imageId);
  });

  test('takes an inline Dockerfile, which the image does not see, and finds it in the cache', async () => {
    await bench.write('file', 'content');
    const dockerfile_inline = `FROM ${bench.base}\nCOPY . /app\nRUN date +%s%N > /made\n`;
    const first = await bench.build({ dockerfile_inline }, { environment });
    expect(await bench.run('ls', '-A', '/app')).toBe('file\n');
    expect((await bench.build({ dockerfile_inline }, { environment })).imageId).toBe(first.imageId);
  });

  test('takes a Dockerfile from outside the context', async () => {
    await bench.write('app/file', 'content');
    await bench.write('docker/web.Dockerfile', `FROM ${bench.base}\nCOPY . /app\n`);
    await bench.build({ context: join(bench.root, 'app'), dockerfile: '../docker/web.Dockerfile' }, { environment });
    expect(await bench.run('ls', '-A', '/app')).toBe('file\n');
  });
});

describe.each(builders)('a build with $builder that fails', ({ environment }) => {
  test('names the step, the command and the last lines of that step', async () => {
    await bench.write(
      'Dockerfile',
      `FROM ${bench.base}\nLABEL muster-test=image\nRUN echo fine\nRUN echo first; echo the reason >&2; exit 3\n`,
    );
    const error: unknown = await bench.build({}, { environment }).catch((reason: unknown) => reason);
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
    await bench.write('Dockerfile', dockerfile.replace('BASE', `${bench.base}\nLABEL muster-test=image`));
    await expect(bench.build({}, { environment })).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  test('ends with the signal, and the engine stops the step', async () => {
    const nap = `sleep 9${process.pid}${environment.DOCKER_BUILDKIT}`;
    await bench.write('Dockerfile', `FROM ${bench.base}\nLABEL muster-test=image\nRUN echo began; ${nap}\n`);
    const controller = new AbortController();
    const output = (line: string): void => {
      if (line.endsWith('began')) controller.abort();
    };
    const building = bench.build({}, { environment, signal: controller.signal, noCache: true, output });
    await expect(building).rejects.toMatchObject({ code: 'CANCELLED' });
    await until(async () => !(await commandsOfThisMachine()).includes(nap), 60_000, 'the end of the step');
  });

  test('because its input is missing has sent nothing', async () => {
    await expect(bench.build({}, { environment })).rejects.toMatchObject({
      code: 'BUILD_INPUT',
      message: expect.stringContaining(join(bench.root, 'Dockerfile')),
    });
  });
});
