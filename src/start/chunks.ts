// Runs the chunks of the published program. Node's own loaders would compile most functions again on every start: their compile cache
// keeps what a file defines at once, not what a command came to use.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { CodeCache } from './code-cache.ts';

/** Filled in by the build: the chunk with main(), and the commands that there are. */
declare const published: { readonly first: string; readonly commands: readonly string[] };

type Require = (name: string) => unknown;
type ChunkModule = { exports: unknown };
/** What the build wraps each chunk into. */
type Chunk = (module: ChunkModule, require: Require) => void;

export async function runChunks(): Promise<void> {
  // Only a hint: with a flag's value taken for the command, another command's code is at hand and the rest is compiled as ever.
  const command = process.argv.slice(2).find((word) => published.commands.includes(word)) ?? 'none';
  const load = chunkLoader(join(import.meta.dirname, 'chunks'), new CodeCache(command, process.env));
  const { main } = load(published.first) as { main(): Promise<void> };
  await main();
}

/** `require` for chunks: `./name.js` is one of them, anything else is node's. */
function chunkLoader(folder: string, cache: CodeCache): Require {
  const loaded = new Map<string, ChunkModule>();
  return function load(name) {
    if (!name.startsWith('./')) return process.getBuiltinModule(name);
    const known = loaded.get(name);
    if (known !== undefined) return known.exports;
    const module: ChunkModule = { exports: {} };
    loaded.set(name, module);
    compile(folder, name.slice('./'.length), cache)(module, load);
    return module.exports;
  };
}

function compile(folder: string, chunk: string, cache: CodeCache): Chunk {
  const filename = join(folder, chunk);
  const cachedData = cache.read(chunk);
  // The build leaves ASCII only, which is read fastest this way.
  const script = new Script(readFileSync(filename, 'latin1'), { filename, cachedData });
  if (cachedData === undefined || script.cachedDataRejected === true) cache.keep(chunk, script);
  return script.runInThisContext() as Chunk;
}
