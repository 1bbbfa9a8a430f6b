// Brings Node.js and muster to a host that has neither. Both get names that say what is in them, so that a version that is there is never
// changed under a running agent. Every byte is checked when it comes, and again before an agent is started from it.

import { createHash, randomBytes } from 'node:crypto';
import { readFile, readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Host, HostFacts } from '#host/host.ts';
import { MusterError } from '#lib/errors.ts';
import { removeUnused } from './remove-unused.ts';

export type Program = {
  /** How this machine runs muster: `[node, main]`. */
  readonly local: readonly [string, ...string[]];
};

type Place = { readonly host: Host; readonly folder: string; readonly signal?: AbortSignal };

/** The command that runs this very muster on the host. Several at once are fine. */
export async function installedProgram(
  host: Host,
  stateDirectory: string,
  { local }: Program,
  signal?: AbortSignal,
): Promise<[string, string]> {
  const main = await realpath(local.at(-1) ?? '');
  const place = { host, folder: join(stateDirectory, 'program'), signal };
  try {
    await host.makeDirectory(place.folder, { mode: 0o700 });
    return [await installedNode(place, await realpath(local[0])), await installedMuster(place, main)];
  } catch (error) {
    throw error instanceof MusterError ? error : notBrought(place, error as NodeJS.ErrnoException);
  }
}

async function installedNode(place: Place, binary: string): Promise<string> {
  const { host, folder, signal } = place;
  const facts = await host.facts();
  checkKind(facts, host.location);
  const path = join(folder, `node-${process.version}-${facts.os}-${facts.arch}`);
  if (await isTrue(host, isAsItCame, path)) return path;
  await removeAbandoned(place);
  const { sha256 } = await host.upload(binary, path, { mode: 0o700, signal });
  const { exitCode, stdout, stderr } = await host.run({ argv: [path, '--version'] });
  if (exitCode === 0 && stdout.toString().trim() === process.version) {
    await host.writeFile(`${path}.sha256`, Buffer.from(sha256), { mode: 0o600 });
    await removeUnused(host, folder);
    return path;
  }
  await host.remove(path);
  throw new MusterError('UNSUPPORTED', `Node.js ${process.version} does not run on ${host.location}`, {
    hint: `it says: ${stderr.toString().trim().split('\n')[0] ?? ''}`,
  });
}

function checkKind({ os, arch }: HostFacts, location: string): void {
  if (os === process.platform && arch === process.arch) return;
  throw new MusterError(
    'UNSUPPORTED',
    `${location} is ${os} on ${arch}; this machine's Node.js is for ${process.platform} on ${process.arch}`,
    { hint: 'run muster from a machine of the same kind' },
  );
}

/** A package is its folder of chunks; a checkout runs from its sources, which need the imports of its package.json. */
async function installedMuster(place: Place, main: string): Promise<string> {
  const { host, folder, signal } = place;
  const source = dirname(main);
  const parts: Readonly<Record<string, string>> = main.endsWith('.ts')
    ? { src: source, 'package.json': join(dirname(source), 'package.json') }
    : { program: source };
  const digest = await digestOf(parts);
  const target = join(folder, `muster-${digest.slice(0, 16)}`);
  const [first = ''] = Object.keys(parts);
  const path = join(target, first, basename(main));
  if (await isTrue(host, isWhole, target, digest)) return path;

  const draft = `${target}.${randomBytes(4).toString('hex')}`;
  try {
    await host.makeDirectory(draft, { mode: 0o700 });
    for (const [name, from] of Object.entries(parts)) await host.upload(from, join(draft, name), { signal });
    await isTrue(host, putInPlace, draft, target, digest);
  } finally {
    // Without a connection there is nobody to tidy up after: the next one does.
    await host.remove(draft).catch(() => {});
  }
  if (await isTrue(host, isWhole, target, digest)) {
    await removeUnused(host, folder);
    return path;
  }
  throw new MusterError('COPY_FAILED', `what arrived in ${target} on ${host.location} is not what was sent`, {
    hint: 'see whether the disk there is sound, then run the command again',
  });
}

/** Equal to that of `sha256sum` over its own output, sorted by name: what `isWhole` computes over there. */
async function digestOf(parts: Readonly<Record<string, string>>): Promise<string> {
  const files = await Promise.all(Object.entries(parts).map(([name, path]) => filesOf(`./${name}`, path)));
  const lines = files
    .flat()
    .sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
    .map(([name, content]) => `${sha256Of(content)}  ${name}\n`);
  return sha256Of(lines.join(''));
}

async function filesOf(name: string, path: string): Promise<[name: string, content: Buffer][]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => null);
  if (entries === null) return [[name, await readFile(path)]];
  const wanted = entries.filter((entry) => entry.isDirectory() || entry.isFile());
  return (await Promise.all(wanted.map((entry) => filesOf(`${name}/${entry.name}`, join(path, entry.name))))).flat();
}

const sha256Of = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

/** Constant scripts; what they are about are their arguments. */
async function isTrue(host: Host, script: string, ...args: readonly string[]): Promise<boolean> {
  return (await host.run({ argv: ['/bin/sh', '-c', script, 'muster', ...args] })).exitCode === 0;
}

/** Who looks at a copy is about to use it: removeUnused leaves it alone from then on. */
const touch = 'touch -c "$1"; ';

/** File. Beside it stands the checksum that it had. */
const isAsItCame = `${touch}[ -s "$1.sha256" ] && sum=$(sha256sum <"$1") && [ "\${sum%% *}" = "$(cat "$1.sha256")" ]`;

const sumOfTree = 'sum() { (cd "$1" && find . -type f -exec sha256sum {} + | LC_ALL=C sort -k 2 | sha256sum); }; ';

/** Folder, digest. */
const isWhole = `${touch}${sumOfTree}[ -d "$1" ] && s=$(sum "$1") && [ "\${s%% *}" = "$2" ]`;

/** Draft, folder, digest. One that another has put there meanwhile stays: an agent may run from it. One that is damaged goes. */
const putInPlace = `${sumOfTree}if [ -d "$2" ]; then s=$(sum "$2"); [ "\${s%% *}" = "$3" ] || rm -rf "$2"; fi
mv -T "$1" "$2"`;

/** Drafts of copies whose connection broke. */
async function removeAbandoned({ host, folder }: Place): Promise<void> {
  const script = `find "$1" -maxdepth 1 \\( -name '.muster-*' -o -name 'muster-*.*' \\) -mmin +1440 -exec rm -rf {} +`;
  await isTrue(host, script, folder);
}

function notBrought({ host, folder }: Place, error: NodeJS.ErrnoException): MusterError {
  const isFull = error.code === 'ENOSPC' || error.code === 'EDQUOT';
  const why = isFull ? 'the disk is full' : error.message;
  return new MusterError('COPY_FAILED', `muster can't be brought to ${host.location}: ${why}`, {
    hint: isFull ? `it needs 200 MB in ${folder} there` : `see whether your user may write to ${folder} there`,
    cause: error,
  });
}
