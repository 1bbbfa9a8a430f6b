// Writes the files that are made from code and checked in. `--check` writes nothing and fails when one is out of date.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './parts/run.ts';

type Generated = { readonly path: string; readonly make: () => Promise<string> };

export const generated: readonly Generated[] = [
  { path: 'docs/reference/cli.md', make: commandReference },
  { path: 'docs/reference/compose.md', make: composePage },
];

async function commandReference(): Promise<string> {
  const [{ referencePage }, { commands }, { globalFlags }] = await Promise.all([
    import('../src/cli/reference.ts'),
    import('../src/cli/table.ts'),
    import('../src/cli/globals.ts'),
  ]);
  return referencePage(commands, globalFlags);
}

async function composePage(): Promise<string> {
  const { composeReference } = await import('./parts/compose-reference.ts');
  return composeReference();
}

/** Paths whose content on disk is not what the code makes. */
export async function outOfDate(): Promise<string[]> {
  const stale: string[] = [];
  for (const { path, make } of generated) if (current(path) !== (await make())) stale.push(path);
  return stale;
}

function current(path: string): string | null {
  try {
    return readFileSync(join(repository, path), 'utf8');
  } catch {
    return null;
  }
}

if (import.meta.main) {
  const stale = await outOfDate();
  if (process.argv.includes('--check')) {
    for (const path of stale) console.error(`${path} is out of date: node tools/generate.ts`);
    process.exitCode = stale.length === 0 ? 0 : 1;
  } else {
    for (const { path, make } of generated.filter((one) => stale.includes(one.path))) {
      writeFileSync(join(repository, path), await make());
      console.log(`wrote ${path}`);
    }
  }
}
