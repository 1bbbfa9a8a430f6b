// One big file costs its reading, and esbuild left alone makes a chunk of every import() and of every set of files that some of them share:
// 130, of which `ps` loads 50. So what is loaded together is put together in a few groups, each a chunk; every other import() of ours
// becomes a part of its importer's chunk that runs only when it is asked for.

import { readFile, readdir } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import type { Plugin } from 'esbuild';

/** Commands that look only, kept apart from what they don't need. Those in neither list are in the group `change`. */
const commandGroups: Readonly<Record<string, readonly string[]>> = {
  start: ['version', 'help'],
  // Resident: what it does not need it does not keep in memory.
  agent: ['agent'],
  look: ['ps', 'ls', 'logs', 'port', 'images', 'events', 'config', 'receipts'],
};

const commandPattern = /^cli\/commands\/([a-z-]+)-run\.ts$/;

/** null: it stays with who imports it. */
function groupOf(file: string): string | null {
  const command = commandPattern.exec(file)?.[1];
  if (command !== undefined)
    return Object.keys(commandGroups).find((group) => commandGroups[group]?.includes(command)) ?? 'change';
  // Making and removing replicas, and streams of theirs: neither `ps` nor an `up` with nothing to do comes here.
  return /^(runtime\/[^/]+\/(perform|stream)|image)\//.test(file) ? 'work' : null;
}

/** Each has its own file. */
export async function commandNames(source: string): Promise<string[]> {
  return (await sourceFiles(source)).flatMap((file) => commandPattern.exec(file)?.[1] ?? []);
}

export function fewChunks(source: string): Plugin {
  return {
    name: 'few-chunks',
    setup(builder) {
      builder.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        if (!path.startsWith(source)) return undefined;
        const text = await readFile(path, 'utf8');
        const contents = text.replace(/(?<!typeof )\bimport\('([#.][^']+)'\)/g, (_, target: string) => {
          const file = target.startsWith('#') ? target.slice(1) : relative(source, resolve(path, '..', target));
          return replacement(file, target);
        });
        return { contents, loader: 'ts' };
      });
      builder.onResolve({ filter: /^group:/ }, ({ path }) => ({ path: path.slice('group:'.length), namespace: 'group' }));
      builder.onLoad({ filter: /./, namespace: 'group' }, async ({ path: group }) => {
        const members = (await sourceFiles(source)).filter((file) => groupOf(file) === group);
        const contents = members.map((file) => `export const ${identifier(file)} = () => require('./${file}');`).join('\n');
        return { contents, loader: 'ts', resolveDir: source };
      });
    },
  };
}

/** What stands in an import()'s place. Packages and node's own modules stay as they are. */
function replacement(file: string, target: string): string {
  const group = groupOf(file);
  return group === null || group === 'start'
    ? `Promise.resolve().then(() => require('${target}'))`
    : `import('group:${group}').then((group) => group.${identifier(file)}())`;
}

async function sourceFiles(source: string): Promise<string[]> {
  const files = await readdir(source, { recursive: true });
  return files.filter((file) => file.endsWith('.ts') && !/\.test(-support)?\.ts$/.test(file)).sort();
}

const identifier = (file: string): string => file.replaceAll(/\W/g, '_');
