// A resident sh that forks shims: starting a program from this process costs several times as much. It is there while there is something to
// start, and a moment longer.

import { type ChildProcess, spawn } from 'node:child_process';

export type LauncherOptions = {
  /** The script's path, and what all shims have in common. */
  readonly words: readonly [script: string, root: string, pipes: string, notices: string];
  /**
   * What shims, and so services, start with; each request tells what differs. Nothing that is anybody's secret: it can be read in /proc as long
   * as a shim lives.
   */
  readonly environment: Readonly<Record<string, string>>;
  /** It has ended before its time: what it was told last may not have been started. */
  readonly onLost: (cause: string) => void;
};

const idleMs = 1000;

export class Launcher {
  readonly #options: LauncherOptions;
  #shell: ChildProcess | null = null;
  #rest: NodeJS.Timeout | null = null;

  constructor(options: LauncherOptions) {
    this.#options = options;
  }

  get environment(): Readonly<Record<string, string>> {
    return this.#options.environment;
  }

  /** One shim with these arguments. None may hold a line break. */
  start(words: readonly string[]): void {
    this.#shell ??= this.#open();
    this.#shell.stdin?.write(`${words.length}\n${words.join('\n')}\n`);
    this.#restLater();
  }

  /** What it has read goes on. */
  close(): void {
    if (this.#rest !== null) clearTimeout(this.#rest);
    this.#rest = null;
    const shell = this.#shell;
    this.#shell = null;
    shell?.stdin?.end();
  }

  #open(): ChildProcess {
    const { words, environment } = this.#options;
    const shell = spawn('/bin/sh', words, {
      cwd: '/',
      env: environment,
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    shell.unref();
    // Whether it ended before its time, its end tells.
    shell.stdin?.on('error', () => {});
    const lost = (cause: string): void => {
      if (this.#shell !== shell) return;
      this.close();
      this.#options.onLost(cause);
    };
    shell.once('error', ({ message }) => lost(message));
    shell.once('exit', (code, signal) => lost(signal === null ? `it ended with ${code}` : `it was ended by ${signal}`));
    return shell;
  }

  #restLater(): void {
    if (this.#rest === null) this.#rest = setTimeout(() => this.close(), idleMs).unref();
    else this.#rest.refresh();
  }
}

const common = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LANGUAGE',
  'LC_ALL',
  'LC_CTYPE',
  'TZ',
  'TMPDIR',
  'XDG_RUNTIME_DIR',
];

/** What most services have in common with their agent. */
export function commonEnvironment(own: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(common.flatMap((name) => (own[name] === undefined ? [] : [[name, own[name]]])));
}
