// The image that the tests' containers run, made of Debian's static busybox: nothing is pulled.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, copyFile, chmod, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const busyboxImage = 'muster-test/busybox:1';

const busybox = '/bin/busybox';

/** Makes the image on the engine at `dockerHost` unless it is there; says the remedy when busybox is missing. */
export async function ensureBusyboxImage(dockerHost = 'unix:///var/run/docker.sock'): Promise<string> {
  if ((await docker(dockerHost, ['image', 'inspect', busyboxImage])).code === 0) return busyboxImage;
  if (!existsSync(busybox)) throw new Error(`${busybox} is missing: apt-get install -y busybox-static`);
  const root = await mkdtemp(join(tmpdir(), 'muster-busybox-'));
  try {
    await layOut(root);
    const change = ['--change', 'ENV PATH=/bin', '--change', 'CMD ["sh"]'];
    const made = await pipe(['tar', '-C', root, '-c', '.'], ['docker', '-H', dockerHost, 'import', ...change, '-', busyboxImage]);
    if (made !== 0) throw new Error(`docker import failed with exit code ${made}`);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
  return busyboxImage;
}

async function layOut(root: string): Promise<void> {
  for (const folder of ['bin', 'etc', 'tmp', 'var', 'run', 'root']) await mkdir(join(root, folder));
  await chmod(join(root, 'tmp'), 0o1777);
  await copyFile(busybox, join(root, 'bin/busybox'));
  await chmod(join(root, 'bin/busybox'), 0o755);
  const applets = (await collect([busybox, '--list'])).stdout.split('\n').filter((name) => name !== '' && name !== 'busybox');
  for (const applet of applets) await symlink('busybox', join(root, 'bin', applet));
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n');
  await writeFile(join(root, 'etc/group'), 'root:x:0:\nnogroup:x:65534:\n');
}

function docker(dockerHost: string, args: readonly string[]): Promise<{ code: number; stdout: string }> {
  return collect(['docker', '-H', dockerHost, ...args]);
}

function collect(argv: readonly string[]): Promise<{ code: number; stdout: string }> {
  const [command = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, stdout }));
  });
}

function pipe(from: readonly string[], to: readonly string[]): Promise<number> {
  const [source = '', ...sourceArgs] = from;
  const [sink = '', ...sinkArgs] = to;
  return new Promise((resolve, reject) => {
    const producer = spawn(source, sourceArgs, { stdio: ['ignore', 'pipe', 'inherit'] });
    const consumer = spawn(sink, sinkArgs, { stdio: [producer.stdout, 'ignore', 'inherit'] });
    producer.once('error', reject);
    consumer.once('error', reject);
    consumer.once('close', (code) => resolve(code ?? 1));
  });
}
