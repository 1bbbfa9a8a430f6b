// `npm run check`: format, lint, types, boundaries, unit tests, generated files. The same locally and in CI; under a minute.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repository, run } from './parts/run.ts';

type Check = { readonly name: string; readonly program: string; readonly args: readonly string[]; readonly remedy: string };

const code = ['src', 'test', 'tools', 'bench', 'examples'];

export const checks: readonly Check[] = [
  { name: 'unit tests', program: 'vitest', args: ['run', '--project', 'unit', '--reporter', 'dot'], remedy: 'npm run unit' },
  { name: 'lint', program: 'oxlint', args: ['--type-aware', '--deny-warnings', ...code], remedy: 'npm run lint' },
  { name: 'types', program: 'tsc', args: ['-p', '.'], remedy: 'npm run types' },
  { name: 'format', program: 'oxfmt', args: ['--check', ...code], remedy: 'npm run fmt' },
  { name: 'boundaries', program: 'node', args: ['tools/boundaries.ts'], remedy: 'npm run boundaries' },
  { name: 'generated files', program: 'node', args: ['tools/generate.ts', '--check'], remedy: 'node tools/generate.ts' },
];

if (import.meta.main) process.exitCode = (await runChecks()) ? 0 : 1;

/** Runs every check, two at a time (each has threads of its own), slowest first; true when all passed. */
export async function runChecks(): Promise<boolean> {
  const started = performance.now();
  const waiting = checks.filter((check) => check.program !== 'node' || existsSync(join(repository, check.args[0] ?? '')));
  const failed: Check[] = [];
  async function lane(): Promise<void> {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      if (!(await passes(check))) failed.push(check);
    }
  }
  await Promise.all([lane(), lane()]);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (failed.length === 0) console.log(`check: all passed in ${seconds} s`);
  else console.log(`check: failed: ${failed.map((check) => `${check.name} (${check.remedy})`).join(', ')}; ${seconds} s`);
  return failed.length === 0;
}

export async function passes(check: Check): Promise<boolean> {
  const started = performance.now();
  const outcome = await run(check.program, check.args);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (outcome.code !== 0) console.log(`${outcome.stdout}${outcome.stderr}`.trimEnd());
  console.log(`${outcome.code === 0 ? 'ok    ' : 'FAILED'} ${check.name} (${seconds} s)`);
  return outcome.code === 0;
}
