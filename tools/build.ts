// `npm run build`: the program as it is published, in dist/: ES modules in chunks, so that a command loads only what it needs.

import { chmod, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Metafile, build } from 'esbuild';
import { fewChunks } from './build/few-chunks.ts';
import { lazyBuiltins } from './build/lazy-builtins.ts';
import { repository } from './parts/run.ts';

const published = join(repository, 'dist');

/** Builds beside what is there and then takes its place, so that a program that runs meanwhile keeps its files for as long as possible. */
export async function buildPackage(): Promise<Metafile> {
  const output = await mkdtemp(join(repository, '.dist-'));
  try {
    const metafile = await buildInto(output);
    await chmod(output, 0o755);
    await rm(published, { recursive: true, force: true });
    await rename(output, published);
    return metafile;
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}

async function buildInto(output: string): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: { muster: join(repository, 'src/main.ts') },
    outdir: output,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // Names stay: a stack trace in a report should say where it was.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    plugins: [lazyBuiltins, fewChunks(join(repository, 'src'))],
    metafile: true,
    logLevel: 'warning',
    absWorkingDir: repository,
  });
  const entry = join(output, 'muster.mjs');
  await writeFile(entry, `#!/usr/bin/env node\n${await readFile(entry, 'utf8')}`);
  await chmod(entry, 0o755);
  await writeFile(join(output, 'THIRD-PARTY.txt'), await noticesFor(metafile));
  return metafile;
}

/** The licences of the packages whose code is in the bundle: they want to be passed on with it. */
async function noticesFor(metafile: Metafile): Promise<string> {
  const inputs = Object.values(metafile.outputs).flatMap((file) => Object.keys(file.inputs));
  const packages = new Set(
    inputs.map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]).filter((name) => name !== undefined),
  );
  const notices: string[] = ['Code of these packages is part of this program.\n'];
  for (const name of [...packages].sort()) notices.push(await noticeOf(name));
  return notices.join('\n');
}

async function noticeOf(name: string): Promise<string> {
  const folder = join(repository, 'node_modules', name);
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string; license?: string };
  for (const file of ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'license']) {
    const text = await readFile(join(folder, file), 'utf8').catch(() => null);
    if (text !== null) return `--- ${name} ${manifest.version} (${manifest.license})\n\n${text.trim()}\n`;
  }
  return `--- ${name} ${manifest.version} (${manifest.license})\n`;
}

if (import.meta.main) {
  try {
    const metafile = await buildPackage();
    const sizes = Object.values(metafile.outputs).map((file) => file.bytes);
    const kilobytes = Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1024);
    console.log(`dist/: ${sizes.length} files, ${kilobytes} kB; npm pack makes the package`);
  } catch {
    // esbuild has printed what is wrong and where.
    process.exitCode = 1;
  }
}
