// exec and run: streams, exit codes, terminals.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { busyboxImage, ensureBusyboxImage } from '../support/images.ts';
import { type Folder, folderWith, launch, musterProgram } from '../support/muster.ts';

let folder: Folder;
beforeAll(async () => {
  await ensureBusyboxImage();
  folder = await folderWith(`
services:
  db:
    image: ${busyboxImage}
    command: sh -c 'sleep 1; touch /ok; exec sleep 1000'
    stop_signal: KILL
    healthcheck: { test: test -e /ok, interval: 0.2s, retries: 10000 }
  web:
    image: ${busyboxImage}
    command: sleep 1000
    stop_signal: KILL
    environment: { FROM: file }
    depends_on: { db: { condition: service_healthy } }
    ports: ["127.0.0.1::80"]
`);
});
afterAll(() => folder.cleanUp());

test('run starts what the service needs, waits for it, and exits with the command’s code', async () => {
  const { code, stdout } = await folder.muster('run', '--rm', 'web', 'sh', '-c', 'echo $FROM; exit 9');
  expect({ code, stdout }).toEqual({ code: 9, stdout: 'file\n' });
  expect((await folder.muster('ps', '-a', '--format', '{{.Service}} {{.Health}}')).stdout).toBe('db healthy\n');
});

test('run gives its flags to the container', async () => {
  await folder.write('vars.env', 'ONE=1\nTWO=from file\n');
  await folder.write('data/x', 'mounted\n');
  const flags = ['-e', 'TWO=2', '--env-from-file', 'vars.env', '-u', 'nobody', '-w', '/tmp', '-v', './data:/data:ro'];
  const script = 'echo $ONE $TWO $FROM $(id -un) $(pwd) $(cat /data/x)';
  const { stdout } = await folder.muster('run', '--rm', ...flags, '--entrypoint', 'sh -c', 'web', script);
  expect(stdout).toBe('1 2 file nobody /tmp mounted\n');
});

test('run -d prints the name, run without --rm leaves the container, and ps -a shows both', async () => {
  expect(
    (await folder.muster('run', '-d', '--name', `${folder.project}-mine`, '-l', 'tier=one', 'web', 'sleep', '100')).stdout,
  ).toBe(`${folder.project}-mine\n`);
  expect((await folder.muster('run', 'web', 'true')).code).toBe(0);
  expect((await folder.muster('ps', '--services')).stdout).toBe('db\n');
  const all = await folder.muster('ps', '-a', '--format', '{{.Service}} {{.State}} {{.Label "tier"}}');
  expect(all.stdout.split('\n').sort().join('\n').trim()).toBe('db running \nweb exited \nweb running one');
});

test('exec passes streams apart, standard input to its end, and the exit code', async () => {
  expect((await folder.muster('up', '-d')).code).toBe(0);
  expect(await folder.muster('exec', '-T', 'web', 'sh', '-c', 'echo out; echo err >&2; exit 7')).toEqual({
    code: 7,
    stdout: 'out\n',
    stderr: 'err\n',
  });
  expect((await folder.start(['exec', '-T', 'web', 'wc', '-c'], { input: 'x'.repeat(300_000) }).finished).stdout.trim()).toBe(
    '300000',
  );
  expect((await folder.muster('exec', 'web', 'no-such-program')).code).toBe(126);
  expect(
    (
      await folder.start(['exec', '-e', 'GIVEN', '-e', 'A=b=c', 'web', 'sh', '-c', 'echo $GIVEN $A'], { env: { GIVEN: 'here' } })
        .finished
    ).stdout,
  ).toBe('here b=c\n');
});

test('flags behind SERVICE belong to the command', async () => {
  expect((await folder.muster('exec', 'web', 'echo', '-T', '--index', '5', '-d')).stdout).toBe('-T --index 5 -d\n');
});

/** Runs it at a terminal of its own, as `script` makes one, and types `keys` once it shows `prompt`. */
async function atTerminal(line: string, prompt: RegExp, keys: string): Promise<string> {
  await folder.run('rm', '-f', 'prompted');
  const typing = `(until [ -e prompted ]; do sleep 0.05; done; printf '${keys}')`;
  const shown = `script -qec "stty rows 30 cols 99; ${musterProgram} ${line}" /dev/null; echo "[$?]"`;
  const running = launch('sh', ['-c', `${typing} | ${shown}`], folder.path, folder.environment);
  await running.until(prompt);
  await folder.write('prompted', '');
  return (await running.finished).stdout.replaceAll('\r', '');
}

test('at a terminal exec has one inside, of the same size, and gives it back', async () => {
  const output = await atTerminal('exec web sh', /# /, String.raw`stty size; tty; exit 5\n`);
  expect(output).toMatch(/^30 99$/m);
  expect(output).toMatch(/^\/dev\/pts\/\d+$/m);
  expect(output.trimEnd().endsWith('[5]')).toBe(true);
});

test('-T has none', async () => {
  expect(await atTerminal('exec -T web tty', /\n/, '')).toContain('not a tty');
});
