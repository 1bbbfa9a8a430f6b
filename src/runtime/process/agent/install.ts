// Brings Node.js and muster to a host that has neither. Both go into folders named after what is in them, so that a version that is there is
// never changed under a running agent; `upload` checks every byte and gives a folder its name only when it is whole.

import { createHash } from 'node:crypto';
import { readFile, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Host } from '#host/host.ts';
import { MusterError } from '#lib/errors.ts';

export type Program = {
  /** How this machine runs muster: `[node, main]`. */
  readonly local: readonly [string, ...string[]];
};

/** The command that runs this very muster on the host. */
export async function installedProgram(host: Host, stateDirectory: string, { local }: Program): Promise<[string, string]> {
  const main = await realpath(local.at(-1) ?? '');
  const folder = join(stateDirectory, 'program');
  await host.makeDirectory(folder, { mode: 0o700 });
  const node = await installedNode(host, folder, local[0]);
  return [node, await installedMuster(host, folder, main)];
}

async function installedNode(host: Host, folder: string, own: string): Promise<string> {
  const facts = await host.facts();
  if (facts.os !== process.platform || facts.arch !== process.arch)
    throw new MusterError(
      'UNSUPPORTED',
      `${host.location} is ${facts.os} on ${facts.arch}; this machine's Node.js is for ${process.platform} on ${process.arch}`,
      { hint: 'run muster from a machine of the same kind' },
    );
  const path = join(folder, `node-${process.version}-${facts.os}-${facts.arch}`);
  const binary = await realpath(own);
  const { size } = await stat(binary);
  if ((await host.stat(path))?.sizeBytes === size) return path;
  await host.upload(binary, path, { mode: 0o700 });
  const { exitCode, stdout, stderr } = await host.run({ argv: [path, '--version'] });
  if (exitCode === 0 && stdout.toString().trim() === process.version) return path;
  await host.remove(path);
  throw new MusterError('UNSUPPORTED', `Node.js ${process.version} does not run on ${host.location}`, {
    hint: `it says: ${stderr.toString().trim().split('\n')[0] ?? ''}`,
  });
}

/** A package is its folder of chunks; a checkout runs from its sources, which need the imports of its package.json. */
async function installedMuster(host: Host, folder: string, main: string): Promise<string> {
  const source = dirname(main);
  const isCheckout = main.endsWith('.ts');
  const target = join(folder, `muster-${(await treeDigest(source)).slice(0, 16)}`);
  const place = join(target, isCheckout ? 'src' : 'program');
  if (!(await host.exists(place))) {
    await host.makeDirectory(target, { mode: 0o700 });
    if (isCheckout) await host.upload(join(dirname(source), 'package.json'), join(target, 'package.json'));
    await host.upload(source, place);
  }
  return join(place, basename(main));
}

async function treeDigest(folder: string): Promise<string> {
  const digest = createHash('sha256');
  const names = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const name of names)
    digest
      .update(name.slice(folder.length))
      .update('\0')
      .update(await readFile(name))
      .update('\0');
  return digest.digest('hex');
}
