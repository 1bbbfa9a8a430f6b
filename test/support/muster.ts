// Runs the real program as users have it, built, in a folder with a state directory of the test's own.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { defaultEndpoint } from '../../tools/parts/engine-api.ts';
import { removeProjects } from './remove-projects.ts';

/** build-program.ts has built it from what is here. It starts in a third of the time that the sources take. */
export const musterProgram = resolve(import.meta.dirname, '../../dist/muster.mjs');

export type Finished = { readonly code: number; readonly stdout: string; readonly stderr: string };

export type Running = {
  readonly child: ChildProcess;
  /** Everything printed so far. */
  output(): { readonly stdout: string; readonly stderr: string };
  /** Resolves once the text (stdout or stderr) matches; rejects when the program ends first. */
  until(pattern: RegExp): Promise<void>;
  readonly finished: Promise<Finished>;
};

export type Folder = {
  readonly path: string;
  /** Project name: unique per folder, so that scenarios never meet. */
  readonly project: string;
  readonly environment: Readonly<Record<string, string>>;
  write(file: string, text: string | Uint8Array): Promise<string>;
  muster(...args: string[]): Promise<Finished>;
  start(args: readonly string[], extra?: { readonly env?: Readonly<Record<string, string>>; readonly input?: string }): Running;
  /** Any other program in the same folder and environment: the peer, docker, sh. */
  run(command: string, ...args: string[]): Promise<Finished>;
  /** Takes the project down, also a half-made one, and deletes the folder. */
  cleanUp(): Promise<void>;
};

let folders = 0;

/** A fresh folder with `compose.yaml` in it. */
export async function folderWith(
  compose: string,
  options: { readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Folder> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'muster-scenario-')));
  const project = `scn${process.pid}n${++folders}`;
  const state = join(path, '.state');
  const environment = {
    ...cleanEnvironment(),
    COMPOSE_PROJECT_NAME: project,
    XDG_STATE_HOME: state,
    XDG_RUNTIME_DIR: join(path, '.runtime'),
    ...options.env,
  };
  await mkdir(join(path, '.runtime'), { mode: 0o700 });
  await writeFile(join(path, 'compose.yaml'), compose);
  const folder: Folder = {
    path,
    project,
    environment,
    async write(file, text) {
      const target = join(path, file);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, text);
      return target;
    },
    muster: (...args) => launch(musterProgram, args, path, environment).finished,
    start: (args, extra = {}) => launch(musterProgram, args, path, { ...environment, ...extra.env }, extra.input),
    run: (command, ...args) => launch(command, args, path, environment).finished,
    async cleanUp() {
      await launch(musterProgram, ['-p', project, 'down', '-v', '-t', '0', '--remove-orphans'], path, environment).finished;
      // A failed test may leave what a broken `down` did not remove, unless it has no engine.
      await removeProjects([project], options.env?.['DOCKER_HOST'] ?? defaultEndpoint).catch(() => {});
      // An agent that is ending may still write.
      await rm(path, { recursive: true, force: true, maxRetries: 20 });
    },
  };
  return folder;
}

/** The built program runs with the Node that PATH has first: ours, however the tests were started. */
export const pathWithNode = (): string => `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;

/** The test's own environment without what would change the meaning of a Compose file. */
function cleanEnvironment(): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env))
    if (value !== undefined && !/^(COMPOSE_|DOCKER_|NODE_OPTIONS|VITEST|NO_COLOR|FORCE_COLOR)/.test(name)) kept[name] = value;
  return { ...kept, PATH: pathWithNode() };
}

export function launch(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
  input?: string,
): Running {
  const child = spawn(command, args, { cwd, env, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  let wake: () => void = () => {};
  child.stdout?.setEncoding('utf8').on('data', (text: string) => ((stdout += text), wake()));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => ((stderr += text), wake()));
  if (input !== undefined) child.stdin?.end(input);
  const finished = new Promise<Finished>((resolveFinished, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolveFinished({ code: code ?? (signal === 'SIGKILL' ? 137 : 130), stdout, stderr }));
  });
  let ended = false;
  void finished.then(
    () => ((ended = true), wake()),
    () => ((ended = true), wake()),
  );
  return {
    child,
    finished,
    output: () => ({ stdout, stderr }),
    async until(pattern) {
      while (!pattern.test(stdout) && !pattern.test(stderr)) {
        if (ended) throw new Error(`ended before ${String(pattern)}:\n${stdout}\n${stderr}`);
        await new Promise<void>((resolveWake) => (wake = resolveWake));
      }
    },
  };
}
