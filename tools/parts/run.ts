// Starts programs for the tools: argument lists only, never a shell.

import { spawn } from 'node:child_process';
import { delimiter, join, resolve } from 'node:path';

export const repository = resolve(import.meta.dirname, '../..');

export type RunOptions = {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where its output goes: kept for the caller (default), or straight to the terminal. */
  readonly output?: 'keep' | 'show';
  readonly input?: string;
  readonly signal?: AbortSignal;
};

export type Outcome = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** The environment in which `npm ci`'s own programs (its Node first of all) are found before the machine's. */
export function projectEnvironment(extra: RunOptions['env'] = {}): NodeJS.ProcessEnv {
  const own = join(repository, 'node_modules', '.bin');
  return { ...process.env, PATH: `${own}${delimiter}${process.env['PATH'] ?? ''}`, ...extra };
}

/** Runs a program to its end; a program that cannot be started has code 127. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const shown = options.output === 'show';
  return new Promise((done) => {
    const child = spawn(program, args, {
      cwd: options.cwd ?? repository,
      env: projectEnvironment(options.env),
      stdio: [options.input === undefined ? 'ignore' : 'pipe', shown ? 'inherit' : 'pipe', shown ? 'inherit' : 'pipe'],
      signal: options.signal,
    });
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    // A program that ends before it has read its input is not our failure: its exit code tells.
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input);
    child.on('error', (error) => done({ code: 127, stdout, stderr: `${stderr}${program}: ${error.message}\n` }));
    child.on('close', (code) => done({ code: code ?? 130, stdout, stderr }));
  });
}

/** Runs a program that has to succeed; returns what it printed. */
export async function mustRun(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const outcome = await run(program, args, options);
  if (outcome.code === 0) return outcome.stdout;
  const said = `${outcome.stderr}${outcome.stdout}`.trim().split('\n').slice(-15).join('\n');
  throw new Error(`${program} ${args.join(' ')} ended with code ${outcome.code}${said === '' ? '' : `:\n${said}`}`);
}
