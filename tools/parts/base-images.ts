// Base images of the examples, made of parts that this machine or Debian's archive has; nothing is pulled from a registry.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { exists } from './cache.ts';
import { isDebian, unpackedPackage } from './debian.ts';
import { libraryPath } from './library-path.ts';
import { chosenEndpoint, imageLabels, importImage } from './engine-api.ts';
import { mustRun, repository, run } from './run.ts';

/** Raise it when the way images are laid out changes, so that cached ones are made anew. */
const recipe = '1';
const recipeLabel = 'dev.muster.base-recipe';

type BaseImage = {
  readonly name: string;
  /** What goes in beside busybox: a program of this machine or of a Debian package. */
  programs(): Promise<readonly Program[]>;
  readonly account: string;
};

/** `root` is where an unpacked package lies; "/" for a program of this machine. `to` is its path in the image. */
type Program = { readonly from: string; readonly to: string; readonly root: string };

export const baseImages: readonly BaseImage[] = [
  { name: 'muster/base-busybox:1', programs: async () => [], account: 'app:x:1000:1000' },
  { name: 'muster/base-node:26', programs: nodePrograms, account: 'app:x:1000:1000' },
  { name: 'muster/base-redis:7', programs: redisPrograms, account: 'redis:x:999:999' },
];

/** Makes those base images that the engine does not have in this form yet; returns the names of the ones made. */
export async function ensureBaseImages(
  options: { readonly endpoint?: string; readonly log?: (line: string) => void } = {},
): Promise<string[]> {
  const endpoint = options.endpoint ?? chosenEndpoint();
  const made: string[] = [];
  for (const image of baseImages) {
    const programs = [{ from: await busyboxPath(), to: '/bin/busybox', root: '/' }, ...(await image.programs())];
    const fingerprint = await fingerprintOf(image, programs);
    if ((await imageLabels(endpoint, image.name))?.[recipeLabel] === fingerprint) continue;
    options.log?.(`making ${image.name}`);
    await make(endpoint, image, programs, fingerprint);
    made.push(image.name);
  }
  return made;
}

async function make(endpoint: string, image: BaseImage, programs: readonly Program[], fingerprint: string): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'muster-base-'));
  try {
    await layOutSystem(root, image.account);
    for (const program of programs) await addProgram(root, program);
    await linkApplets(root);
    const tar = spawn('tar', ['-C', root, '--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '-c', '.'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const changes = ['ENV PATH=/usr/local/bin:/usr/bin:/bin', 'CMD ["sh"]', `LABEL ${recipeLabel}=${fingerprint}`];
    await importImage(endpoint, image.name, changes, tar.stdout);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function layOutSystem(root: string, account: string): Promise<void> {
  await chmod(root, 0o755);
  for (const folder of ['bin', 'etc', 'tmp', 'var', 'run', 'root', 'app']) await mkdir(join(root, folder));
  await chmod(join(root, 'tmp'), 0o1777);
  const [name = 'app', , id = '1000'] = account.split(':');
  await writeFile(join(root, 'etc/passwd'), `root:x:0:0:root:/root:/bin/sh\n${account}:${name}:/app:/bin/sh\n`);
  await writeFile(join(root, 'etc/group'), `root:x:0:\n${name}:x:${id}:\n`);
  await writeFile(join(root, 'etc/nsswitch.conf'), 'hosts: files dns\n');
}

/** Copies a program and every library that it loads, each to the path where the loader will look for it. */
async function addProgram(root: string, program: Program): Promise<void> {
  await addFile(root, program.from, program.to);
  for (const library of await librariesOf(program)) {
    const inside = program.root !== '/' && library.startsWith(`${program.root}/`) ? library.slice(program.root.length) : library;
    await addFile(root, library, inside);
  }
}

async function addFile(root: string, from: string, to: string): Promise<void> {
  const target = join(root, to);
  if (await exists(target)) return;
  await mkdir(dirname(target), { recursive: true });
  await copyFile(await realpath(from), target);
  await chmod(target, 0o755);
}

async function librariesOf(program: Program): Promise<string[]> {
  const path = program.root === '/' ? undefined : libraryPath(program.root);
  // ldd ends with 1 for a static program: it has no libraries.
  const said = (await run('ldd', [program.from], { env: { LD_LIBRARY_PATH: path } })).stdout;
  const missing = [...said.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1]);
  if (missing.length > 0) throw new Error(`${program.from} needs ${missing.join(', ')}, which this machine does not have`);
  return [...said.matchAll(/^\s*(?:\S+ => )?(\/\S+) \(0x/gm)].map((match) => match[1] ?? '').filter((name) => name !== '');
}

async function linkApplets(root: string): Promise<void> {
  const applets = (await mustRun(join(root, 'bin/busybox'), ['--list'])).split('\n').filter(Boolean);
  for (const applet of applets)
    if (!(await exists(join(root, 'bin', applet)))) await symlink('busybox', join(root, 'bin', applet));
}

/** A static busybox: the machine's own when it has one, else the one in Debian's package. */
export async function busyboxPath(): Promise<string> {
  if ((await exists('/bin/busybox')) && (await run('ldd', ['/bin/busybox'])).code !== 0) return '/bin/busybox';
  if (!(await isDebian())) throw new Error('a static busybox is needed at /bin/busybox');
  const folder = await unpackedPackage('busybox-static');
  for (const path of ['bin/busybox', 'usr/bin/busybox']) if (await exists(join(folder, path))) return join(folder, path);
  throw new Error(`no busybox in ${folder}`);
}

async function nodePrograms(): Promise<readonly Program[]> {
  const from = await realpath(join(repository, 'node_modules/.bin/node')).catch(() => process.execPath);
  return [{ from, to: '/usr/local/bin/node', root: '/' }];
}

/** Both of redis-tools: the server of Debian's redis-server is a link to there, which leads nowhere when the tools are installed already. */
async function redisPrograms(): Promise<readonly Program[]> {
  const root = await unpackedPackage('redis-tools');
  const program = (from: string, name: string): Program => ({ from: join(root, 'usr/bin', from), to: `/usr/bin/${name}`, root });
  return [program('redis-check-rdb', 'redis-server'), program('redis-cli', 'redis-cli')];
}

/** Changes when a program is another one or the recipe is. */
async function fingerprintOf(image: BaseImage, programs: readonly Program[]): Promise<string> {
  const hash = createHash('sha256').update(`${recipe} ${image.name} ${image.account}`);
  for (const program of programs) hash.update(`\n${program.to} ${await digestOf(program.from)}`);
  return hash.digest('hex').slice(0, 16);
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

if (import.meta.main) {
  try {
    if (process.platform !== 'linux') throw new Error('base images are made of Linux programs: run this on Linux');
    const made = await ensureBaseImages({ log: console.log });
    console.log(made.length === 0 ? 'base images: all there' : `base images: ${made.join(', ')} made`);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
