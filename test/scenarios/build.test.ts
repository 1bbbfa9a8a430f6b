// `muster build` and what `up` builds, as a person sees it.

import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { ensurePrograms } from '../../tools/parts/debian.ts';
import { until } from '../../tools/parts/until.ts';
import { busyboxImage, ensureBusyboxImage } from '../support/images.ts';
import { commandsOfThisMachine } from '../support/commands.ts';
import { type Folder, folderWith } from '../support/muster.ts';

let folder: Folder | undefined;
beforeAll(async () => {
  await ensurePrograms({ 'ssh-agent': 'openssh-client' }, 'to lend keys to builds');
  await ensureBusyboxImage();
});
afterEach(async () => {
  await folder?.run('sh', '-c', `docker images -q "${folder.project}-*" | xargs -r docker rmi -f`);
  await folder?.cleanUp();
  folder = undefined;
});

/** By a container that prints something a moment after its start. */
const said = async (service: string): Promise<string> =>
  (await (folder as Folder).muster('logs', '--no-log-prefix', service)).stdout;

/** Everything that the program has written for itself. */
async function everyFileBelow(path: string): Promise<string> {
  const files = (await readdir(path, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  return (await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'utf8')))).join('\n');
}

test('a secret of a file and one of a variable reach the build, and are in no output, plan, receipt or image', async () => {
  folder = await folderWith(
    `
services:
  web:
    build:
      dockerfile_inline: |
        FROM ${busyboxImage}
        RUN --mount=type=secret,id=of_file --mount=type=secret,id=renamed cat /run/secrets/* | wc -c > /length
      secrets: [of_file, { source: of_variable, target: renamed }]
    command: cat /length
secrets:
  of_file: { file: ./a secret }
  of_variable: { environment: TOKEN }
`,
    { env: { TOKEN: 'hunter2-of-a-variable' } },
  );
  await folder.write('a secret', 'hunter2-of-a-file');
  const plan = await folder.muster('plan');
  const up = await folder.muster('up', '-d');
  expect(up.code, up.stderr).toBe(0);
  await expect.poll(() => said('web')).toBe('38\n');
  const image = await folder.run(
    'sh',
    '-c',
    `docker history --no-trunc ${folder.project}-web; docker inspect ${folder.project}-web`,
  );
  const told = [plan.stdout, up.stdout, up.stderr, image.stdout, await everyFileBelow(join(folder.path, '.state'))];
  expect(told.join('\n')).not.toContain('hunter2');
});

test('a missing secret of a build is named, and nothing is built', async () => {
  folder = await folderWith(`
services:
  web: { build: { dockerfile_inline: "FROM ${busyboxImage}", secrets: [token] } }
secrets: { token: { file: ./missing } }
`);
  const build = await folder.muster('build');
  expect(build.code).toBe(1);
  expect(build.stderr).toMatch(/secret "token" \(used by the build of web\) can't be read: ENOENT/);
});

test("another service's image is a context, built before", async () => {
  folder = await folderWith(`
services:
  app:
    build:
      dockerfile_inline: |
        FROM base
        COPY --from=tools /tool /tool
      additional_contexts: { base: "service:base", tools: "service:tools" }
    command: cat /tool /base
  base: { build: { dockerfile_inline: "FROM ${busyboxImage}\\nRUN echo base > /base" }, scale: 0 }
  tools: { build: { dockerfile_inline: "FROM ${busyboxImage}\\nRUN echo tool > /tool" }, image: "scn-tools:\${COMPOSE_PROJECT_NAME}", scale: 0 }
`);
  const up = await folder.muster('up', '-d', 'app');
  expect(up.code, up.stderr).toBe(0);
  await expect.poll(() => said('app')).toBe('tool\nbase\n');
  await folder.run('docker', 'rmi', `scn-tools:${folder.project}`);
});

test('builds at the same time say on each line whose it is; a single one does not', async () => {
  folder = await folderWith(`
services:
  a: { build: { dockerfile_inline: "FROM ${busyboxImage}\\nRUN echo from the first" } }
  second: { build: { dockerfile_inline: "FROM ${busyboxImage}\\nRUN echo from the second" } }
`);
  const both = await folder.muster('build', '--no-cache');
  expect(both.stderr).toMatch(/^a {6}\| #\d+ [\d.]+ from the first$/m);
  expect(both.stderr).toMatch(/^second \| #\d+ [\d.]+ from the second$/m);
  expect((await folder.muster('build', '--no-cache', 'a')).stderr).toMatch(/^#\d+ [\d.]+ from the first$/m);
});

test('Ctrl-C ends the build on the engine, too', async () => {
  const nap = `sleep 8${process.pid}`;
  folder = await folderWith(`
services:
  web: { build: { dockerfile_inline: "FROM ${busyboxImage}\\nRUN echo began; ${nap}" } }
`);
  const build = folder.start(['build', '--no-cache']);
  await build.until(/ began$/m);
  build.child.kill('SIGINT');
  expect((await build.finished).code).toBe(130);
  await until(async () => !(await commandsOfThisMachine()).includes(nap), 60_000, 'the end of the step');
});

test('--ssh lends a key to builds whose file names none', async () => {
  // The engine keeps a step that was built before, and asks for no key then.
  const once = `: ${process.pid} ${Date.now()}`;
  folder = await folderWith(`
services:
  web: { build: { dockerfile_inline: "FROM ${busyboxImage}\\nRUN --mount=type=ssh,id=deploy,required test -S $$SSH_AUTH_SOCK; ${once}" } }
`);
  await folder.run('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', 'a key');
  expect((await folder.muster('build')).stderr).toMatch(/no ssh agent or key with the id deploy/);
  const build = await folder.muster('build', '--ssh', 'deploy=a key');
  expect(build.code, build.stderr).toBe(0);
});

test('DOCKER_BUILDKIT=0 builds with the classic builder, which refuses by name what it can not do', async () => {
  const compose = (keys: string): string =>
    `services:\n  web: { build: { dockerfile_inline: "FROM ${busyboxImage}"${keys} } }\nsecrets: { token: { environment: HOME } }\n`;
  folder = await folderWith(compose(''), { env: { DOCKER_BUILDKIT: '0' } });
  expect((await folder.muster('build')).stderr).toContain('Step 1/');
  await folder.write('compose.yaml', compose(', secrets: [token]'));
  const refused = await folder.muster('build');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('service "web": build.secrets needs BuildKit, which DOCKER_BUILDKIT=0 turns off');
});
