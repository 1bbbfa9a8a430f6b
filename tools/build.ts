// `npm run build`: the program as it is published, in dist/: chunks, so that a command loads only what it needs, and what runs them.

import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type BuildOptions, type Metafile, type OutputFile, build, transform } from 'esbuild';
import { commandNames, fewChunks } from './build/few-chunks.ts';
import { lazyBuiltins } from './build/lazy-builtins.ts';
import { repository } from './parts/run.ts';

const source = join(repository, 'src');
const target = join(repository, 'dist');

/** Builds beside what is there and then takes its place, so that a program that runs meanwhile keeps its files for as long as possible. */
export async function buildPackage(): Promise<Metafile> {
  const output = await mkdtemp(join(repository, '.dist-'));
  try {
    const metafile = await buildInto(output);
    await chmod(output, 0o755);
    await rm(target, { recursive: true, force: true });
    await rename(output, target);
    return metafile;
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}

async function buildInto(output: string): Promise<Metafile> {
  const { metafile, chunks } = await buildChunks(output);
  const first = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === 'src/cli/edge.ts')?.[0] ?? '';
  const published = { first: `./${basename(first)}`, commands: await commandNames(source) };
  await build({
    ...common,
    entryPoints: [join(source, 'packaged.ts')],
    outfile: join(output, 'muster.mjs'),
    plugins: [lazyBuiltins],
    define: { published: JSON.stringify(published) },
    banner: { js: startedBySh },
  });
  await chmod(join(output, 'muster.mjs'), 0o755);
  for (const { path, text } of chunks) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, await asFunction(text));
  }
  await writeFile(join(output, 'THIRD-PARTY.txt'), await noticesFor(metafile));
  return metafile;
}

/**
 * To sh this starts Node, to Node it is a string and a comment. Node looks for some of its own flags in all words that follow the program:
 * `--env-file` would be read by it before it is by us. Only `--` stops that, which a line for env(1) can't say everywhere: Alpine's knows no -S.
 */
const startedBySh = `#!/bin/sh\n':' //; exec node -- "$0" "$@"`;

const common = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  // Names stay: a stack trace in a report should say where it was.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
  absWorkingDir: repository,
} as const satisfies BuildOptions;

/** As ES modules, which are all that esbuild splits. */
async function buildChunks(output: string): Promise<{ metafile: Metafile; chunks: OutputFile[] }> {
  const { metafile, outputFiles } = await build({
    ...common,
    entryPoints: [join(source, 'cli/edge.ts')],
    outdir: join(output, 'chunks'),
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    splitting: true,
    plugins: [lazyBuiltins, fewChunks(source)],
    metafile: true,
    write: false,
  });
  return { metafile, chunks: outputFiles };
}

/** What src/start/chunks.ts runs: a function of the chunk's module and its `require`. */
async function asFunction(text: string): Promise<string> {
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    supported: { 'dynamic-import': false },
    minifySyntax: true,
    minifyWhitespace: true,
  });
  return `(function (module, require) {${code}})\n`;
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
