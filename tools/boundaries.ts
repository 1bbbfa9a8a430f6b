// Who may import whom. `node tools/boundaries.ts` fails on a forbidden import, on a circle between files, and on I/O in a pure module.

import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

type Rule = { readonly mayImport: readonly string[] | 'everything'; readonly pure?: boolean };

/** One row per folder of src/; every folder may import itself. Changed in the same commit as ARCHITECTURE.md. */
export const boundaries: Readonly<Record<string, Rule>> = {
  lib: { mayImport: [] },
  model: { mayImport: ['lib'], pure: true },
  compose: { mayImport: ['model', 'lib'] },
  plan: { mayImport: ['model', 'lib'], pure: true },
  remote: { mayImport: ['model', 'host', 'image', 'lib'] },
  host: { mayImport: ['model', 'lib'] },
  engine: { mayImport: ['model', 'host', 'lib'] },
  provider: { mayImport: ['model', 'host', 'lib'] },
  image: { mayImport: ['model', 'engine', 'host', 'lib'] },
  watch: { mayImport: ['model', 'image', 'lib'] },
  api: { mayImport: ['model', 'lib'] },
  agent: { mayImport: ['model', 'api', 'host', 'lib'] },
  runtime: { mayImport: ['model', 'api', 'engine', 'host', 'image', 'lib'] },
  apply: { mayImport: ['model', 'plan', 'runtime', 'lib'] },
  cli: { mayImport: 'everything' },
  start: { mayImport: ['lib'] },
  'main.ts': { mayImport: ['start', 'cli'] },
  'packaged.ts': { mayImport: ['start'] },
};

/** `apply` sees the seam, never an implementation. */
const onlyFiles: Readonly<Record<string, readonly string[]>> = { 'apply>runtime': ['runtime/runtime.ts'] };

/** node: modules that do no I/O, know no time and no randomness; a pure module may import these only. */
const pureNodeModules = new Set(['node:crypto', 'node:path', 'node:util']);
const impureCalls = /\b(Date\.now|new Date\(\)|Math\.random|randomUUID|randomBytes|process\.(?:env|cwd|stdout|stderr))\b/;

/** The reader is the only impure part of compose/: it hands text to the phases. */
const composeReaders = new Set(['compose/read.ts', 'compose/load.ts']);

const src = resolve(import.meta.dirname, '../src');

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => join(folder, name))
    .sort();
}

const importPattern =
  /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)\s*import\s*['"]([^'"]+)['"]/g;

type Import = { readonly target: string; readonly typeOnly: boolean; readonly dynamic: boolean };

function importsOf(text: string): Import[] {
  return [...text.matchAll(importPattern)].map((match) => ({
    target: match[1] ?? match[2] ?? match[3] ?? '',
    typeOnly: /^\s*(?:import|export)\s+type\b/.test(match[0].trimStart()),
    dynamic: match[2] !== undefined,
  }));
}

/** Path below src/ that a specifier of ours means, or null for packages and node: modules. */
function resolveOurs(specifier: string, from: string): string | null {
  if (specifier.startsWith('#')) return specifier.slice(1);
  if (specifier.startsWith('.')) return relative(src, resolve(dirname(join(src, from)), specifier));
  return null;
}

const roomOf = (file: string): string => file.split('/')[0] ?? file;

export function findViolations(): string[] {
  const violations: string[] = [];
  const graph = new Map<string, string[]>();
  for (const path of sourceFiles(src)) {
    const file = relative(src, path);
    const room = roomOf(file);
    const rule = boundaries[room];
    if (rule === undefined) {
      violations.push(`${file}: folder "${room}" has no row in tools/boundaries.ts`);
      continue;
    }
    const text = readFileSync(path, 'utf8');
    const edges: string[] = [];
    for (const found of importsOf(text)) {
      const ours = resolveOurs(found.target, file);
      if (ours === null) {
        if (rule.pure === true && found.target.startsWith('node:') && !pureNodeModules.has(found.target))
          violations.push(`${file}: pure module imports ${found.target}`);
        if (room === 'compose' && !composeReaders.has(file) && /^node:(fs|child_process|net|http|os)/.test(found.target))
          violations.push(`${file}: only ${[...composeReaders].join(', ')} may import ${found.target}`);
        continue;
      }
      const other = roomOf(ours);
      if (!found.typeOnly && !found.dynamic) edges.push(ours);
      if (other === room || rule.mayImport === 'everything') continue;
      if (!rule.mayImport.includes(other)) violations.push(`${file}: ${room} may not import ${other} (${found.target})`);
      const only = onlyFiles[`${room}>${other}`];
      if (only !== undefined && !only.includes(ours))
        violations.push(`${file}: ${room} may import only ${only.join(', ')}, not ${ours}`);
    }
    graph.set(file, edges);
    if (rule.pure === true && impureCalls.test(text)) violations.push(`${file}: pure module uses ${impureCalls.exec(text)?.[0]}`);
  }
  return [...violations, ...findCircles(graph)];
}

function findCircles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const circles: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const trail: string[] = [];
  const visit = (file: string): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      circles.push(`circle: ${[...trail.slice(trail.indexOf(file)), file].join(' -> ')}`);
      return;
    }
    state.set(file, 'open');
    trail.push(file);
    for (const next of graph.get(file) ?? []) visit(next);
    trail.pop();
    state.set(file, 'done');
  };
  for (const file of graph.keys()) visit(file);
  return circles;
}

if (import.meta.main) {
  const violations = findViolations();
  for (const violation of violations) console.error(violation);
  console.log(violations.length === 0 ? 'boundaries: kept' : `boundaries: ${violations.length} broken`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
