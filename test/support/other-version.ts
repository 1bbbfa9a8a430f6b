// This muster as it will have been, or will be: the same sources with other numbers.

import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export type Numbers = { readonly version: string; readonly schemaVersion: number; readonly oldest: number };

const root = resolve(import.meta.dirname, '../..');

/** Path of its main file. */
export function otherVersion(folder: string, { version, schemaVersion, oldest }: Numbers): string {
  cpSync(join(root, 'src'), join(folder, 'src'), { recursive: true });
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  edit(join(folder, 'src/lib/version.ts'), /(musterVersion = )'[^']+'/, `$1'${version}'`);
  const contract = join(folder, 'src/api/agent/contract.ts');
  edit(contract, /(schemaVersion = )\d+/, `$1${schemaVersion}`);
  edit(contract, /(oldestSchema = )\d+/, `$1${oldest}`);
  return join(folder, 'src/main.ts');
}

function edit(path: string, pattern: RegExp, replacement: string): void {
  const text = readFileSync(path, 'utf8');
  if (!pattern.test(text)) throw new Error(`${path} has no ${String(pattern)}`);
  writeFileSync(path, text.replace(pattern, replacement));
}
