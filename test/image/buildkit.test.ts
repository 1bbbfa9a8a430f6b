// What only BuildKit gives a build, on the oldest engine that has it and on one whose Dockerfile frontend knows more.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, mkdtemp, readdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openEngine } from '#engine/open.ts';
import { buildImage } from '#image/build.ts';
import { inspectImage, listImages, removeImage } from '#image/local-images.ts';
import { ensurePrograms, unpackedFromSuite } from '../../tools/parts/debian.ts';
import { until } from '../../tools/parts/until.ts';
import { freePort } from '../support/free-port.ts';
import { ensureBusyboxImage } from '../support/images.ts';
import { privateEngine } from '../support/parts/private-engine.ts';
import type { PrivateEngine } from '../support/parts/private-engine.ts';
import { startSshServer } from '../support/parts/ssh-server.ts';
import { openBuildBench } from './build-bench.ts';
import type { BuildBench } from './build-bench.ts';

const run = promisify(execFile);
beforeAll(() => ensurePrograms({ git: 'git', 'ssh-agent': 'openssh-client' }, 'to give builds their sources and keys'));

async function newerEngine(): Promise<PrivateEngine> {
  const folder = await mkdtemp('/tmp/muster-pe-');
  const dockerd = join(await unpackedFromSuite('docker.io', 'trixie'), 'usr/sbin/dockerd');
  return privateEngine({ folder, dockerd });
}

const engines = [
  { name: "the machine's own engine", open: () => Promise.resolve({ endpoint: undefined, remove: () => Promise.resolve() }) },
  { name: 'Docker Engine 26', open: newerEngine },
];

describe.each(engines)('on $name', ({ open }) => {
  let bench: BuildBench;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const opened = await open();
    remove = () => opened.remove();
    bench = await openBuildBench(opened.endpoint);
  });
  afterAll(async () => {
    await bench.close();
    await remove();
  });
  beforeEach(() => bench.begin());
  afterEach(() => bench.end());

  describe('secrets', () => {
    const secret = 'hunter2-and-more';
    const secrets = new Map([['token', Buffer.from(secret)]]);

    test('reach the step that asks for them, and stay out of the image and of all that is said', async () => {
      await bench.write(
        'Dockerfile',
        `FROM ${bench.base}\nRUN --mount=type=secret,id=token wc -c < /run/secrets/token > /length && tr a-z A-Z < /run/secrets/token > /proof\n`,
      );
      const { output } = await bench.build({ secrets: [{ source: 'token' }], no_cache: true }, { secrets });
      expect(await bench.run('cat', '/length', '/proof')).toBe(`${secret.length}\n${secret.toUpperCase()}`);
      expect(await bench.run('find', '/run/secrets', '-type', 'f', '-size', '+0')).toBe('');
      const history = await bench.engine.json({ path: `/images/${bench.tag}/history` });
      const inspected = await inspectImage(bench.engine, bench.tag);
      expect(JSON.stringify([history, inspected, output])).not.toContain(secret);
    });

    test('that the file does not list fail the step that requires them, with the remedy', async () => {
      await bench.write('Dockerfile', `FROM ${bench.base}\nRUN --mount=type=secret,id=other,required true\n`);
      await expect(bench.build({ secrets: [{ source: 'token' }] }, { secrets })).rejects.toMatchObject({
        code: 'BUILD_FAILED',
        message: expect.stringMatching(/RUN --mount=type=secret,id=other,required true\): secret other/),
        hint: expect.stringContaining('build.secrets'),
      });
    });
  });

  describe('SSH keys', () => {
    let keys = '';
    let publicKey = '';
    beforeEach(async () => {
      keys = await mkdtemp(join(tmpdir(), 'muster-keys-'));
      await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'builder', '-f', join(keys, 'a key')]);
      publicKey = (await run('ssh-keygen', ['-y', '-f', join(keys, 'a key')])).stdout.trim();
      await writeSshAdd(bench);
    });
    afterEach(() => rm(keys, { recursive: true }));
    const dockerfile = (command: string): string =>
      `FROM ${bench.base}\nCOPY tool /\nRUN --mount=type=ssh,id=deploy ${command}\n`;

    test('of a file are usable in a step that asks for them, which sees no key', async () => {
      await bench.write('Dockerfile', dockerfile('ssh-add -L > /listed && ssh-add -T /key.pub && ! ssh-add -D'));
      await bench.write('tool/key.pub', publicKey);
      const before = await agentFolders();
      await bench.build({ ssh: [`deploy=${join(keys, 'a key')}`], no_cache: true });
      expect(await bench.run('cat', '/listed')).toBe(`${publicKey}\n`);
      expect(await agentFolders()).toEqual(before);
    });

    test("of the user's own agent are usable, and it can't be changed from within a build", async () => {
      await bench.write('Dockerfile', dockerfile('ssh-add -L > /listed; ! ssh-add -D').replace('deploy', 'default'));
      const socket = join(keys, 'agent');
      const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
      try {
        await new Promise((resolve) => agent.stdout.once('data', resolve));
        const env = { ...process.env, SSH_AUTH_SOCK: socket };
        await run('ssh-add', ['-q', join(keys, 'a key')], { env });
        await bench.build({ ssh: ['default'], no_cache: true }, { environment: { SSH_AUTH_SOCK: socket } });
        expect(await bench.run('cat', '/listed')).toBe(`${publicKey}\n`);
        expect((await run('ssh-add', ['-L'], { env })).stdout).toBe(`${publicKey}\n`);
      } finally {
        agent.kill();
      }
    });

    test('that can not be used are named before anything is built', async () => {
      const before = await agentFolders();
      await bench.write('Dockerfile', dockerfile('true'));
      await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'passphrase', '-f', join(keys, 'locked')]);
      for (const [entry, message] of [
        ['default', /SSH_AUTH_SOCK is not set/],
        [`deploy=${join(keys, 'missing')}`, /missing: ENOENT/],
        [`deploy=${join(keys, 'locked')}`, /does not take .*locked/],
      ] as const)
        await expect(bench.build({ ssh: [entry] })).rejects.toMatchObject({
          code: 'BUILD_INPUT',
          message: expect.stringMatching(message),
        });
      expect(await agentFolders()).toEqual(before);
    });
  });

  test('further contexts are folders and images that the Dockerfile knows by name', async () => {
    await bench.write(
      'main/Dockerfile',
      `ARG WHAT=x\nFROM ${bench.base}\nCOPY --from=more . /more\nCOPY --from=tools /etc/passwd /p\nCOPY . /main\n`,
    );
    await bench.write('main/file', '');
    await bench.write('further files/a b', 'content');
    await bench.write('further files/.dockerignore', 'ignored');
    await bench.write('further files/ignored', '');
    const before = await listImages(bench.engine, { references: ['muster-context'] });
    await bench.build({
      context: join(bench.root, 'main'),
      additional_contexts: { more: join(bench.root, 'further files'), tools: `docker-image://${bench.base}` },
    });
    expect(await bench.run('sh', '-c', 'cat /more/*; ls /main /p /more')).toBe(
      'content/p\n\n/main:\nDockerfile\nfile\n\n/more:\na b\n',
    );
    expect(await listImages(bench.engine, { references: ['muster-context'] })).toEqual(before);
  });

  test('a further context that is missing is named before anything is built', async () => {
    await bench.write('Dockerfile', `FROM ${bench.base}\n`);
    await expect(bench.build({ additional_contexts: { more: '/nonexistent' } })).rejects.toMatchObject({
      code: 'BUILD_INPUT',
      message: 'build.additional_contexts.more of service "web" is missing: /nonexistent',
    });
  });

  test('files arrive as they are: links, rights, odd names, empty folders', async () => {
    await bench.write('Dockerfile', `FROM ${bench.base}\nCOPY . /c\n`);
    for (const path of ['a b', 'ünï/日本', '🙂', '\uFB01', "quo'te", '-dash', 'a/x', 'a-b']) await bench.write(path, path);
    await chmod(join(bench.root, 'a b'), 0o4755);
    await mkdir(join(bench.root, 'empty'), { mode: 0o1777 });
    await chmod(join(bench.root, 'empty'), 0o1777);
    await symlink('a b', join(bench.root, 'link'));
    await symlink('/nonexistent', join(bench.root, 'dangling'));
    await run('mkfifo', [join(bench.root, 'pipe')]);
    await bench.build();
    const list = 'cd /c && find . ! -name . ! -name pipe | sort | while read -r f; do stat -c "%N %a %s %Y" "$f"; done';
    const here = await run('busybox', ['sh', '-c', list.replace('/c', `'${bench.root}'`)], { env: { PATH: '/bin' } });
    const fileSizes = (text: string): string =>
      text.replace(/ (\d+) (\d+)$/gm, (_all, size: string) => (size === '4096' ? '' : ` ${size}`));
    expect(fileSizes(await bench.run('sh', '-c', list))).toBe(fileSizes(here.stdout));
  });

  test('only what COPY names is sent, and of that only what has changed', async () => {
    await bench.write('Dockerfile', `FROM ${bench.base}\nCOPY wanted /w\nCOPY link/file /f\n`);
    await bench.write('wanted/big', Buffer.alloc(5_000_000, 'x'));
    await bench.write('wanted/small', 'one');
    await bench.write('real/file', 'behind a link');
    await symlink('real', join(bench.root, 'link'));
    await bench.write('unwanted', '');
    await truncate(join(bench.root, 'unwanted'), 1e9);
    expect(Math.round(sentBytes((await bench.build()).output) / 1e6)).toBe(5);
    await bench.write('wanted/small', 'two');
    expect(sentBytes((await bench.build()).output)).toBeLessThan(5000);
    expect(await bench.run('cat', '/w/small', '/f')).toBe('twobehind a link');
  });

  test('a failure in one stage names that stage, and not the one that was given up for it', async () => {
    await bench.write(
      'Dockerfile',
      `FROM ${bench.base} AS slow\nRUN sleep 20\nFROM ${bench.base} AS broken\nRUN sleep 1; echo the reason; exit 7\nFROM ${bench.base}\nCOPY --from=slow /bin /a\nCOPY --from=broken /bin /b\n`,
    );
    await expect(bench.build()).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      message: expect.stringMatching(/failed at step broken 2\/2 \(RUN sleep 1; .*7\n {2}the reason$/s),
    });
  });

  test('limits and hosts are those of the file, whichever builder that takes', async () => {
    await bench.write('Dockerfile', `FROM ${bench.base}\nRUN (ulimit -n; df -k /dev/shm | tail -1; cat /etc/hosts) > /seen\n`);
    await bench.build({
      ulimits: { nofile: { soft: 77, hard: 78 } },
      shm_size: '1048576',
      extra_hosts: ['db=10.0.0.5', 'host=host-gateway'],
    });
    const seen = await bench.run('cat', '/seen');
    expect(seen).toMatch(/^77\n\S+ +1024 /);
    expect(seen).toMatch(/10\.0\.0\.5\s+db/);
    expect(seen).toMatch(/\d+\.\d+\.\d+\.\d+\s+host$/m);
  });

  test('privileges that the engine does not grant are its refusal', async () => {
    await bench.write('Dockerfile', `FROM ${bench.base}\n`);
    await expect(bench.build({ privileged: true })).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      message: expect.stringContaining('security.insecure is not allowed'),
      hint: expect.stringContaining('daemon.json'),
    });
  });

  test('a file that becomes shorter while it is sent is named, and nothing is built of it', async () => {
    await bench.write('Dockerfile', 'FROM scratch\nCOPY log /\n');
    await bench.write('log', '');
    await truncate(join(bench.root, 'log'), 500_000_000);
    let cut: Promise<void> | null = null;
    const progress = (line: string): void => {
      if (/transferring context: \d+\.\d+MB/.test(line)) cut ??= truncate(join(bench.root, 'log'), 10);
    };
    await expect(bench.build({}, { progress })).rejects.toMatchObject({
      code: 'BUILD_INPUT',
      message: `${join(bench.root, 'log')} became shorter while it was being sent`,
    });
    expect(cut).not.toBeNull();
  });

  test('builds at the same time do not disturb each other', async () => {
    await bench.write('Dockerfile', `FROM ${bench.base}\nARG N\nCOPY . /c\nRUN echo $N > /n\n`);
    await bench.write('file', 'x');
    const tags = [1, 2, 3, 4].map((n) => `${bench.tag}-${n}`);
    const built = await Promise.all(tags.map((tag, n) => bench.build({ args: { N: String(n) } }, { tag })));
    expect(new Set(built.map(({ imageId }) => imageId)).size).toBe(4);
    for (const tag of tags) await bench.engine.json({ path: `/images/${tag}`, method: 'DELETE' });
  });
});

describe('a remote context', () => {
  let bench: BuildBench;
  beforeAll(async () => {
    bench = await openBuildBench();
  });
  afterAll(() => bench.close());
  beforeEach(() => bench.begin());
  afterEach(() => bench.end());

  test.each(['/repository#main:sub', '/whole#main'])(
    'of git (%s) is fetched by the engine, with its own Dockerfile',
    async (place) => {
      const folder = place.includes(':') ? 'repository/sub' : 'whole';
      await bench.write(join(folder, 'other.Dockerfile'), `FROM ${bench.base}\nCOPY file /\n`);
      await bench.write(join(folder, 'file'), 'from git');
      const git = (...words: string[]) => run('git', ['-C', join(bench.root, folder.split('/')[0] ?? ''), ...words]);
      await git('init', '-q', '-b', 'main');
      await git('add', '.');
      await git('-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '-q', '-m', 'all');
      const port = await freePort();
      const daemon = spawn('git', [
        'daemon',
        '--export-all',
        `--base-path=${bench.root}`,
        '--listen=127.0.0.1',
        `--port=${port}`,
      ]);
      try {
        await until(() => answers(port), 60_000, 'git daemon');
        await bench.build({ context: `git://127.0.0.1:${port}${place}`, dockerfile: 'other.Dockerfile' });
        expect(await bench.run('cat', '/file')).toBe('from git');
      } finally {
        daemon.kill();
      }
    },
  );

  test('of an archive is fetched by the engine', async () => {
    await bench.write('app/Dockerfile', `FROM ${bench.base}\nCOPY file /\n`);
    await bench.write('app/file', 'from an archive');
    const { stdout: archive } = await run('tar', ['-C', join(bench.root, 'app'), '-c', '.'], { encoding: 'buffer' });
    const server = createServer((_request, response) => void response.end(archive)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      await bench.build({ context: `http://127.0.0.1:${(server.address() as AddressInfo).port}/app.tar` });
      expect(await bench.run('cat', '/file')).toBe('from an archive');
    } finally {
      server.close();
    }
  });
});

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const isOpen = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return isOpen;
}

test('an engine behind SSH builds what is here', async () => {
  const server = await startSshServer();
  const base = await ensureBusyboxImage();
  const engine = openEngine({ environment: { DOCKER_HOST: `ssh://${server.user}@127.0.0.1:${server.port}` } });
  const root = await mkdtemp(join(tmpdir(), 'muster-over-ssh-'));
  const tag = `muster-test-over-ssh:${process.pid}`;
  try {
    await writeFile(
      join(root, 'Dockerfile'),
      `FROM ${base}\nCOPY file /\nRUN --mount=type=secret,id=s grep -q quiet /run/secrets/s\n`,
    );
    await writeFile(join(root, 'file'), Buffer.alloc(3_000_000, 'x'));
    const request = {
      service: 'web',
      tag,
      build: { context: root },
      secrets: new Map([['s', Buffer.from('quiet')]]),
      noCache: true,
    };
    const context = { signal: new AbortController().signal, output: () => {}, environment: { DOCKER_CONFIG: root } };
    const { imageId } = await buildImage(engine, request, context);
    expect((await inspectImage(engine, tag))?.Id).toBe(imageId);
    await removeImage(engine, tag);
  } finally {
    engine.close();
    await server.close();
    await rm(root, { recursive: true });
  }
});

test('a large context is sent in little memory', async () => {
  // An engine that goes afterwards, and its cache with it.
  const engine = await newerEngine();
  const root = await mkdtemp(join(tmpdir(), 'muster-large-'));
  try {
    await writeFile(join(root, 'Dockerfile'), 'FROM scratch\nCOPY large /\n');
    await writeFile(join(root, 'large'), '');
    await truncate(join(root, 'large'), 300 * 1024 * 1024);
    const source = (file: string): string => JSON.stringify(join(import.meta.dirname, '../../src', file));
    const script = `
      import { openEngine } from ${source('engine/open.ts')};
      import { buildImage } from ${source('image/build.ts')};
      let peak = 0;
      const look = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20);
      const engine = openEngine({ environment: { DOCKER_HOST: ${JSON.stringify(engine.endpoint)} } });
      const request = { service: 'web', tag: 'large', build: { context: ${JSON.stringify(root)} } };
      await buildImage(engine, request, { signal: new AbortController().signal, output() {}, environment: {} });
      clearInterval(look);
      engine.close();
      console.log(Math.round(peak / 1e6));`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script]);
    expect(Number(stdout)).toBeLessThan(250);
  } finally {
    await engine.remove();
    await rm(root, { recursive: true });
  }
});

/** What of the context went to the engine. */
function sentBytes(output: readonly string[]): number {
  // The last one: .dockerignore is a transfer of its own.
  const [, amount, unit] =
    output.map((line) => /transferring context: ([\d.]+)(B|kB|MB|GB) done/.exec(line)).findLast((found) => found !== null) ?? [];
  return Number(amount) * { B: 1, kB: 1e3, MB: 1e6, GB: 1e9 }[unit as 'B' | 'kB' | 'MB' | 'GB'];
}

/** ssh-add and the libraries that it needs, to be copied into an image. */
async function writeSshAdd(bench: BuildBench): Promise<void> {
  const tool = (await run('which', ['ssh-add'])).stdout.trim();
  const libraries = (await run('ldd', [tool])).stdout.match(/\/\S+/g) ?? [];
  for (const path of [tool, ...libraries]) {
    const target = path === tool ? join(bench.root, 'tool/bin', basename(path)) : join(bench.root, 'tool', path);
    await mkdir(dirname(target), { recursive: true });
    await copyFile(path, target);
  }
}

/** Folders of agents that we have started. */
async function agentFolders(): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith('muster-ssh-'));
}
