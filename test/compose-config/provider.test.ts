// Services that a program looks after. Any program on PATH is a real provider; this one writes down how it was called.

import { chmod, mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { busyboxImage, ensureBusyboxImage } from '../support/images.ts';
import { folderWith, type Folder } from '../support/muster.ts';
import { peerCompose } from '../support/parts/peer-compose.ts';

let folder: Folder;
let peer = '';
beforeAll(async () => {
  await ensureBusyboxImage();
  peer = await peerCompose();
});

const compose = `
services:
  my-db: { provider: { type: clouddb, options: { size: 10, tag: [a, "b c"], "token": "hunter2" } } }
  web: { image: "${busyboxImage}", command: [sleep, "1000"], stop_signal: KILL, environment: { OWN: "1" }, depends_on: [my-db] }
  far: { image: "${busyboxImage}", command: [sleep, "1000"], stop_signal: KILL, depends_on: [web] }
`;

const program = `#!/bin/sh
[ "$2" = metadata ] && exit 1
for word; do printf '%s|' "$word"; done >> calls
echo "$FROM_FILE" >> calls
case "$3" in up)
  echo '{"type":"info","message":"making a database"}'
  echo '{"type":"debug","message":"nobody asked"}'
  echo '{"type":"setenv","message":"URL=mysql://s3cret='"$(cat answer)"'"}'
esac
`;

beforeEach(async () => {
  const path = `${process.env['PATH']}`;
  folder = await folderWith(compose);
  const bin = join(folder.path, 'bin');
  await mkdir(bin);
  // The folder's own environment is what muster and the peer get.
  Object.assign(folder.environment, { PATH: `${bin}:${path}` });
  await folder.write('.env', 'FROM_FILE=dotenv\n');
  await folder.write('answer', 'one');
  await provide(program);
});
afterEach(() => folder.cleanUp());

async function provide(text: string): Promise<void> {
  await chmod(await folder.write('bin/clouddb', text), 0o755);
}

async function calls(): Promise<string[]> {
  const file = join(folder.path, 'calls');
  const text = await readFile(file, 'utf8').catch(() => '');
  await rm(file, { force: true });
  return text.split('\n').filter((line) => line !== '');
}

/** Docker Compose hands options over in Go's random order. */
const sortedFlags = (call: string): string => call.split('|').sort().join('|');

async function container(service: string): Promise<{ id: string; env: string[]; hash: string }> {
  const format = '{{.Id}}\t{{json .Config.Env}}\t{{index .Config.Labels "com.docker.compose.config-hash"}}';
  const { stdout } = await folder.run('docker', 'inspect', '--format', format, `${folder.project}-${service}-1`);
  const [id = '', env = '[]', hash = ''] = stdout.trim().split('\t');
  return { id, env: (JSON.parse(env) as string[]).sort(), hash };
}

async function filesOf(path: string): Promise<string> {
  const names = await readdir(path, { recursive: true, withFileTypes: true });
  const texts = names.filter((name) => name.isFile()).map((name) => readFile(join(name.parentPath, name.name), 'utf8'));
  return (await Promise.all(texts)).join('\n');
}

/** Where nobody waits for orphans, one that has ended stays as a zombie. */
async function stateOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return /\) (\S)/.exec(stat)?.[1] ?? 'gone';
}

describe('a provider', () => {
  test('is called, gives its variables to direct dependents, and is ended, exactly as by Docker Compose', async () => {
    expect(await folder.muster('up', '-d')).toMatchObject({ code: 0, stderr: expect.stringContaining('making a database') });
    const ours = { calls: await calls(), web: await container('web'), far: await container('far') };
    expect(ours.calls).toEqual([
      `compose|--project-name=${folder.project}|up|--size=10|--tag=a|--tag=b c|--token=hunter2|my-db|dotenv`,
    ]);
    expect(ours.web.env).toEqual(['MY-DB_URL=mysql://s3cret=one', 'OWN=1', 'PATH=/bin']);
    expect(ours.far.env).toEqual(['PATH=/bin']);

    expect(await folder.run(peer, 'up', '-d')).toMatchObject({ code: 0 });
    expect((await calls()).map(sortedFlags)).toEqual(ours.calls.map(sortedFlags));
    expect({ web: await container('web'), far: await container('far') }).toEqual({ web: ours.web, far: ours.far });

    expect(await folder.run(peer, 'up', '-d', '--force-recreate')).toMatchObject({ code: 0 });
    const theirs = await container('web');
    expect(theirs).toMatchObject({ env: ours.web.env, hash: ours.web.hash });
    expect(await folder.muster('up', '-d')).toMatchObject({ code: 0 });
    expect(await container('web')).toEqual(theirs);

    await calls();
    expect(await folder.muster('down')).toMatchObject({ code: 0 });
    const ended = await calls();
    expect(ended).toEqual([
      `compose|--project-name=${folder.project}|down|--size=10|--tag=a|--tag=b c|--token=hunter2|my-db|dotenv`,
    ]);
    expect(await folder.run(peer, 'down')).toMatchObject({ code: 0 });
    expect((await calls()).map(sortedFlags)).toEqual(ended.map(sortedFlags));
  });

  test('and joined namespaces change hashes of services with a label_file as in Docker Compose: neither tool replaces anything', async () => {
    const labelled = `image: "${busyboxImage}", command: [sleep, "1000"], stop_signal: KILL, label_file: labels.env`;
    await folder.write(
      'compose.yaml',
      `
services:
  db: { provider: { type: clouddb } }
  web: { ${labelled}, depends_on: [db] }
  joined: { ${labelled}, network_mode: "service:web" }
  both: { ${labelled}, pid: "service:web", depends_on: [db] }
`,
    );
    await folder.write('labels.env', 'FROM=a file\n');
    const services = ['web', 'joined', 'both'];
    const containers = () => Promise.all(services.map(container));
    const peerUp = () => folder.run(peer, 'up', '-d');
    const ourUp = () => folder.muster('up', '-d');
    for (const [first, second] of [
      [peerUp, ourUp],
      [ourUp, peerUp],
    ] as const) {
      expect(await first()).toMatchObject({ code: 0 });
      const before = await containers();
      expect(await second()).toMatchObject({ code: 0 });
      expect(await containers()).toEqual(before);
      expect(await folder.muster('down', '-t', '0')).toMatchObject({ code: 0 });
    }
  });

  test('that gives another value replaces its dependents, and its plan shows neither values nor options', async () => {
    expect(await folder.muster('up', '-d')).toMatchObject({ code: 0 });
    const before = { web: await container('web'), far: await container('far') };
    await calls();
    const plan = await folder.muster('plan', 'up');
    expect(plan.stdout).toContain('service:my-db, run-provider, clouddb looks after it');
    expect(plan.stdout).toContain('web is replaced if what my-db gives it changed');
    expect(await calls()).toEqual([]);

    await folder.write('answer', 'two');
    expect(await folder.muster('up', '-d')).toMatchObject({ code: 0 });
    const after = { web: await container('web'), far: await container('far') };
    expect(after.web.env).toContain('MY-DB_URL=mysql://s3cret=two');
    expect([after.web.id === before.web.id, after.far.id === before.far.id]).toEqual([false, true]);
    const kept = (await filesOf(join(folder.path, '.state'))) + plan.stdout;
    expect(kept).toContain('run-provider');
    expect(kept).not.toMatch(/s3cret|hunter2/);
  });

  test('is called for a one-off, which gets its variables, for create and for scale; start and stop leave it alone', async () => {
    const { code, stdout } = await folder.muster('run', '--rm', 'web', 'env');
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('MY-DB_URL=mysql://s3cret=one') });
    expect(await calls()).toHaveLength(1);
    for (const [command, times] of [
      ['create', 1],
      ['start', 0],
      ['scale web=2', 1],
      ['stop -t 0', 0],
      ['start --wait', 0],
      ['up -d --no-deps far', 0],
      ['down', 1],
    ] as const) {
      expect({ command, ...(await folder.muster(...command.split(' '))) }).toMatchObject({ command, code: 0 });
      expect({ command, calls: (await calls()).length }).toEqual({ command, calls: times });
    }
  });

  test('that says it can stop is told to after its dependents have stopped, with the options that it takes; one that is gone is no obstacle', async () => {
    const parameters = '{"parameters":[{"name":"size"}]}';
    await provide(program.replace('exit 1', `{ echo '{"description":"clouds","up":{},"down":{},"stop":${parameters}}'; exit; }`));
    expect(await folder.muster('up', '-d')).toMatchObject({ code: 0 });
    await calls();
    expect(await folder.muster('stop', 'web')).toMatchObject({ code: 0 });
    expect(await calls()).toEqual([]);
    expect(await folder.muster('stop')).toMatchObject({ code: 0 });
    expect(await calls()).toEqual([`compose|--project-name=${folder.project}|stop|--size=10|my-db|dotenv`]);
    expect((await folder.muster('ps', '-q')).stdout).toBe('');
    await rm(join(folder.path, 'bin/clouddb'));
    expect(await folder.muster('stop')).toMatchObject({ code: 0 });
  });

  test('that is not installed, or is Docker Compose itself, is told before anything changes', async () => {
    const made = async () => (await folder.run('docker', 'network', 'ls', '-q', '--filter', `name=${folder.project}`)).stdout;
    await rm(join(folder.path, 'bin/clouddb'));
    for (const command of ['up -d', 'create', 'run web true', 'plan up', 'down']) {
      expect({ command, ...(await folder.muster(...command.split(' '))) }).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('service my-db: its provider "clouddb" is not installed'),
      });
      expect(await made()).toBe('');
    }
    await folder.write('compose.yaml', compose.replace('clouddb', 'compose'));
    expect(await folder.muster('up', '-d')).toMatchObject({ code: 1, stderr: expect.stringContaining('own provider') });
    await folder.write('compose.yaml', compose.replace('clouddb', 'clouddb2'));
    await chmod(await folder.write('plugins/docker-clouddb2', program), 0o755);
    await folder.write('docker/config.json', JSON.stringify({ cliPluginsExtraDirs: [join(folder.path, 'plugins')] }));
    Object.assign(folder.environment, { DOCKER_CONFIG: join(folder.path, 'docker') });
    expect(await folder.muster('up', '-d')).toMatchObject({ code: 0 });
  });

  test('that fails says why, and no container is made', async () => {
    for (const [text, why] of [
      [`#!/bin/sh\necho '{"type":"error","message":"quota exceeded"}'; exit 3\n`, 'clouddb failed: quota exceeded'],
      [`#!/bin/sh\necho 'no credentials' >&2; exit 3\n`, 'clouddb failed: no credentials (exit code 3)'],
      [`#!/bin/sh\n[ "$3" = up ] || exit 1\necho hunter2; sleep 1000\n`, 'no message of the protocol'],
      [
        `#!/bin/sh\n[ "$2" = metadata ] && echo '{"up":{"parameters":[{"name":"region","required":true}]}}'\n`,
        'provider.options lacks "region"',
      ],
      [`#!/nowhere/interpreter\n`, "can't be started"],
    ] as const) {
      await provide(text);
      const { code, stderr } = await folder.muster('up', '-d');
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(why) });
      expect(stderr).not.toContain('hunter2');
      expect((await container('web')).id).toBe('');
    }
    await provide(program);
  });

  test('gets only the options that it says it takes', async () => {
    const metadata = '{"description":"clouds","up":{"parameters":[{"name":"size"}]},"down":{}}';
    await provide(program.replace('exit 1', `{ echo '${metadata}'; exit; }`));
    expect(await folder.muster('up', '-d')).toMatchObject({ code: 0 });
    const ours = await calls();
    expect(ours).toEqual([`compose|--project-name=${folder.project}|up|--size=10|my-db|dotenv`]);
    expect(await folder.run(peer, 'up', '-d')).toMatchObject({ code: 0 });
    expect(await calls()).toEqual(ours);
    expect(await folder.muster('down')).toMatchObject({ code: 0 });
    expect(await calls()).toEqual([`compose|--project-name=${folder.project}|down|my-db|dotenv`]);
  });

  test('is ended with Ctrl-C, together with what it started', async () => {
    await provide(
      `#!/bin/sh\n[ "$3" = up ] || exit 1\nsleep 1000 &\necho $! > pid\necho '{"type":"info","message":"making"}'\nwait\n`,
    );
    const up = folder.start(['up', '-d']);
    await up.until(/making/);
    const pid = Number(await readFile(join(folder.path, 'pid'), 'utf8'));
    up.child.kill('SIGINT');
    expect(await up.finished).toMatchObject({ code: 130, stderr: expect.stringContaining('not done') });
    await expect.poll(() => stateOf(pid)).toMatch(/^(gone|Z)$/);
  });
});
