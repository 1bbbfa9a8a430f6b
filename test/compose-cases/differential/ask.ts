// Both programs' answer to one `config` call.

import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { App } from '#cli/app.ts';
import { configFlags } from '#cli/commands/config.ts';
import { run } from '#cli/commands/config-run.ts';
import { parseFlags } from '#cli/flags.ts';
import { globalFlags, readGlobals } from '#cli/globals.ts';
import { openInterrupts } from '#cli/interrupts.ts';
import { MusterError } from '#lib/errors.ts';
import type { Application } from './application.ts';
import { textOf } from './write-yaml.ts';

export type Answer = { readonly text: string | null; readonly error: string; readonly problem?: MusterError };

/** Text that order does not matter in: Docker Compose prints some lists in no order. */
const unordered = ['--images', '--profiles', '--environment', '--variables', '--models', '--networks', '--volumes', '--services'];

let laidOut: Application | null = null;

export function layOut(application: Application, cwd: string): void {
  if (application === laidOut) return;
  laidOut = application;
  rmSync(dirname(cwd), { recursive: true, force: true });
  mkdirSync(join(cwd, 'sub'), { recursive: true });
  for (const [path, content] of Object.entries(application.files)) writeFileSync(join(cwd, path), textOf(content));
}

export function askPeer(program: string, application: Application, cwd: string): Answer {
  const { status, stdout, stderr } = spawnSync(program, [...application.globals, 'config', ...application.own], {
    cwd,
    env: environmentOf(application),
    encoding: 'utf8',
  });
  if (status === 0) return { text: comparable(stdout, application), error: '' };
  const lines = stderr.split('\n').filter((line) => !line.includes('level=warning'));
  return { text: null, error: lines.join(' ').trim() };
}

export async function askOurs(application: Application, cwd: string): Promise<Answer> {
  let written = '';
  try {
    const words = [...application.globals, ...application.own];
    const line = parseFlags(words, { command: 'muster config', flags: { ...globalFlags, ...configFlags }, interspersed: true });
    const environment = environmentOf(application);
    // The tables above are what the values were made from.
    const values = line.values as never;
    const stream = (write: (text: string) => void): App['terminal']['stdout'] => ({
      write,
      isTerminal: false,
      columns: 80,
      rows: 24,
      hasColour: false,
    });
    const terminal = { stdout: stream((text) => (written += text)), stderr: stream(() => undefined), canAsk: false };
    const app: App = {
      command: 'config',
      globals: readGlobals(values, environment),
      environment,
      cwd,
      terminal,
      interrupts: openInterrupts(),
    };
    await run({ app, flags: values, given: line.given, args: line.args });
    return { text: comparable(written, application), error: '' };
  } catch (error) {
    if (error instanceof MusterError) return { text: null, error: error.message, problem: error };
    return { text: 'crash', error: String((error as Error).stack) };
  }
}

function environmentOf(application: Application): Record<string, string> {
  // A short run needs no garbage collection.
  return {
    GOGC: 'off',
    GOMAXPROCS: '1',
    PATH: '/usr/bin:/bin',
    HOME: '/home/someone',
    DOCKER_HOST: 'unix:///nowhere.sock',
    ...application.environment,
  };
}

function comparable(text: string, { own }: Application): string {
  if (!unordered.some((flag) => own.includes(flag)) || own.includes('json')) return text;
  const lines = text.split('\n').filter((line) => !line.startsWith('PWD='));
  return own.includes('--variables') ? text : lines.sort().join('\n');
}
