// Each chunk that is loaded costs about 0.4 ms of processor time, and one big file costs its reading. Left alone, esbuild makes a chunk of
// every import() and of every set of files that some of them share: 130, of which `ps` loads 50. So the commands are put together in a
// few groups, each a chunk; every other import() of ours becomes a part of its importer's chunk that runs only when it is asked for.

import { readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Plugin } from 'esbuild';

/** Commands that look only, kept apart from what they don't need. Those in neither list are in the group `change`. */
const groups: Readonly<Record<string, readonly string[]>> = {
  start: ['version', 'help'],
  look: ['ps', 'ls', 'logs', 'port', 'images', 'events', 'config', 'receipts'],
};

/** Each has its own file. */
export async function commandNames(source: string): Promise<string[]> {
  const files = await readdir(join(source, 'cli/commands'));
  return files.filter((name) => name.endsWith('-run.ts')).map((name) => name.slice(0, -'-run.ts'.length));
}

export function fewChunks(source: string): Plugin {
  const commands = join(source, 'cli/commands');
  return {
    name: 'few-chunks',
    setup(builder) {
      builder.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        if (!path.startsWith(source)) return undefined;
        const text = await readFile(path, 'utf8');
        return {
          contents: text.replace(/(?<!typeof )\bimport\('([^']+)'\)/g, (whole, target: string) => replacement(target) ?? whole),
          loader: 'ts',
        };
      });
      builder.onResolve({ filter: /^group:/ }, ({ path }) => ({ path: path.slice('group:'.length), namespace: 'group' }));
      builder.onLoad({ filter: /./, namespace: 'group' }, async ({ path: group }) => {
        const members = (await commandNames(source)).filter((name) => groupOf(name) === group);
        const contents = members
          .map((name) => `export const ${identifier(name)} = () => require('./${name}-run.ts');`)
          .join('\n');
        return { contents, loader: 'ts', resolveDir: commands };
      });
    },
  };
}

/** What stands in an import()'s place; null leaves it: packages and node's own modules stay as they are. */
function replacement(target: string): string | null {
  const command = /^([a-z-]+)-run\.ts$/.exec(basename(target))?.[1];
  const group = command === undefined ? 'start' : groupOf(command);
  if (command !== undefined && group !== 'start')
    return `import('group:${group}').then((group) => group.${identifier(command)}())`;
  return /^[.#]/.test(target) ? `Promise.resolve().then(() => require('${target}'))` : null;
}

function groupOf(command: string): string {
  return Object.keys(groups).find((group) => groups[group]?.includes(command)) ?? 'change';
}

const identifier = (name: string): string => `run_${name.replaceAll('-', '_')}`;
