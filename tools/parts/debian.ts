// Debian packages: installed on this machine when we may, or downloaded and unpacked into the cache, which needs no rights.

import { chmod, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { cacheRoot, cachedFolder, exists } from './cache.ts';
import { mustRun, run } from './run.ts';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

export const isRoot = (): boolean => process.getuid?.() === 0;

/** Debian itself or a system made from it: apt-get and dpkg are there. */
export async function isDebian(): Promise<boolean> {
  return (await exists('/usr/bin/apt-get')) && (await exists('/usr/bin/dpkg-deb'));
}

/** Installs packages; says what to do where that is not ours to do. `why` completes "… is needed". */
export async function installPackages(names: readonly string[], why: string): Promise<void> {
  const command = `apt-get install -y --no-install-recommends ${names.join(' ')}`;
  if (!(await isDebian())) throw new Error(`${names.join(', ')}: needed ${why}; this is not a Debian system, install it by hand`);
  if (!isRoot()) throw new Error(`${names.join(', ')}: needed ${why}; run as root: apt-get update && ${command}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await mustRun('apt-get', ['update', '-q'], { env });
  await mustRun('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...names], { env });
}

/** A folder with the files of one package of this machine's own suite and of those of its dependencies that are not installed. */
export async function unpackedPackage(name: string): Promise<string> {
  return cachedFolder(`debian/${name}`, async (folder) => {
    const settings = await aptSettings('own', []);
    const debs = join(folder, '.debs');
    await mkdir(join(debs, 'partial'), { recursive: true });
    const install = ['install', '-y', '-q', '--reinstall', '--download-only', '--no-install-recommends', name];
    await apt([...settings, '-o', `Dir::Cache::archives=${debs}`, ...install], `download Debian's ${name}`);
    await unpackAll(debs, folder);
  });
}

/** A folder with the files of one package, without its dependencies, of another Debian suite ("sid"). */
export async function unpackedFromSuite(name: string, suite: string): Promise<string> {
  return cachedFolder(`${suite}/${name}`, async (folder) => {
    const sources = `deb [signed-by=${keyring}] ${await archiveAddress()} ${suite} main\n`;
    const list = join(cacheRoot, `${suite}.list`);
    await mkdir(cacheRoot, { recursive: true });
    await writeFile(list, sources);
    const settings = await aptSettings(suite, [`Dir::Etc::SourceList=${list}`, 'Dir::Etc::SourceParts=/dev/null']);
    const debs = join(folder, '.debs');
    await mkdir(debs);
    await apt([...settings, 'download', '-q', name], `download ${name} of Debian ${suite}`, debs);
    await unpackAll(debs, folder);
  });
}

/** Options that give apt its own lists and cache, so that neither rights nor the machine's own state are touched; lists of today. */
async function aptSettings(name: string, sources: readonly string[]): Promise<string[]> {
  const settings = (lists: string): string[] =>
    [
      `Dir::State::Lists=${lists}`,
      'Dir::Cache::pkgcache=',
      'Dir::Cache::srcpkgcache=',
      'Debug::NoLocking=1',
      `APT::Sandbox::User=${userInfo().username}`,
      'Acquire::Languages=none',
      // Without it apt-get update says that all is well when it could fetch nothing.
      'APT::Update::Error-Mode=any',
      ...sources,
    ].flatMap((setting) => ['-o', setting]);
  const today = new Date().toISOString().slice(0, 10);
  const lists = await cachedFolder(`apt/${name}-${today}`, async (folder) => {
    await mkdir(join(folder, 'partial'));
    await apt([...settings(folder), 'update', '-q'], "read Debian's package lists");
  });
  return settings(lists);
}

/** apt-get with one clear sentence when it fails; `what` completes "could not …". */
async function apt(args: readonly string[], what: string, cwd?: string): Promise<void> {
  const outcome = await run('apt-get', args, { cwd });
  if (outcome.code === 0) return;
  const [reason] = /^E: .*$/m.exec(outcome.stderr) ?? [`apt-get ended with code ${outcome.code}`];
  throw new Error(`could not ${what} (${reason}); is the network there?`);
}

/** The Debian archive that this machine itself uses. */
async function archiveAddress(): Promise<string> {
  const rows = (
    await mustRun('apt-get', ['indextargets', '--no-release-info', '--format', '$(REPO_URI) $(RELEASE) $(COMPONENT)'])
  )
    .split('\n')
    .map((row) => row.split(' '));
  // "bookworm", not "bookworm-security": updates live in other archives, which have no sid.
  const found = rows.find(
    ([address = '', release = '', component]) => address !== '' && !/[-/]/.test(release) && component === 'main',
  );
  if (found?.[0] === undefined) throw new Error('no Debian archive in the apt sources of this machine');
  return found[0];
}

async function unpackAll(debs: string, folder: string): Promise<void> {
  const names = (await readdir(debs)).filter((name) => name.endsWith('.deb'));
  if (names.length === 0) throw new Error(`apt-get downloaded no package into ${debs}`);
  for (const name of names) await mustRun('dpkg-deb', ['-x', join(debs, name), folder]);
  await rm(debs, { recursive: true });
  // Packages ship "." with their own mode; ours has to stay readable.
  await chmod(folder, 0o755);
}

/** Names from /etc/os-release, for messages: "Debian GNU/Linux 12 (bookworm)". */
export async function systemName(): Promise<string> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^PRETTY_NAME="?([^"\n]+)/m.exec(text)?.[1] ?? process.platform;
}

/** Installs those of the programs' packages that are missing: `{ sshd: 'openssh-server' }`. */
export async function ensurePrograms(packagesByProgram: Readonly<Record<string, string>>, why: string): Promise<void> {
  const missing: string[] = [];
  for (const [program, name] of Object.entries(packagesByProgram)) {
    const found = await run('which', [program], { env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` } });
    if (found.code !== 0) missing.push(name);
  }
  if (missing.length > 0) await installPackages(missing, why);
}
