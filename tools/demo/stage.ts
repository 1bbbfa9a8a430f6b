// Shows what the demo does: headings, each muster command line before it runs, and the clean-up however it ends.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectEnvironment, repository } from '../parts/run.ts';

const example = join(repository, 'examples/guestbook');
const coloured = process.stdout.isTTY && !process.env['NO_COLOR'];
const paint = (code: number, text: string): string => (coloured ? `\u001b[${code}m${text}\u001b[0m` : text);

export class Stage {
  readonly #settings: Record<string, string>;
  #down: readonly string[] = ['down'];
  #headings = 0;
  #isUp = false;
  #interrupted = false;

  /** `settings` are environment variables of every command. */
  constructor(settings: Readonly<Record<string, string>>) {
    this.#settings = { ...settings };
    // A terminal's Ctrl-C reaches the running command too, which stops cleanly; we go on to the clean-up. The second one ends us at once.
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.on(signal, () => {
        if (this.#interrupted) process.exit(130);
        this.#interrupted = true;
      });
  }

  heading(text: string): void {
    this.#headings += 1;
    console.log(`\n${paint(1, `${this.#headings}. ${text}`)}`);
  }

  say(text: string): void {
    console.log(text);
  }

  /** A command to try. */
  offer(words: string, does: string): void {
    this.say(`  ${`../../bin/muster${words}`.padEnd(44)} ${does}`);
  }

  /** More environment variables of every command from now on. */
  set(settings: Readonly<Record<string, string>>): void {
    Object.assign(this.#settings, settings);
  }

  setting(name: string): string {
    return this.#settings[name] ?? '';
  }

  /** Runs one muster command in the example's folder, its output straight to the terminal; its failure ends the demo. */
  async muster(words: readonly string[], extra: Readonly<Record<string, string>> = {}): Promise<void> {
    this.throwIfInterrupted();
    const variables = Object.entries(extra).map(([name, value]) => `${name}=${value} `);
    console.log(paint(36, `$ ${variables.join('')}muster ${words.join(' ')}`));
    const verb = words.indexOf('up');
    if (verb >= 0) {
      this.#isUp = true;
      this.#down = [...words.slice(0, verb), 'down'];
    }
    const code = await this.#run(words, extra);
    this.throwIfInterrupted();
    if (words.includes('down')) this.#isUp = false;
    if (code !== 0) throw new Error(`muster ${words.join(' ')} ended with code ${code}`);
  }

  /** Takes down what `up` began, when the demo ends before its own `down`. */
  async cleanUp(): Promise<void> {
    if (!this.#isUp) return;
    console.log('\nTaking the example down again …');
    this.#isUp = false;
    await this.#run([...this.#down, '-v', '-t', '1', '--remove-orphans'], {});
  }

  get wasInterrupted(): boolean {
    return this.#interrupted;
  }

  throwIfInterrupted(): void {
    if (this.#interrupted) throw new Error('interrupted');
  }

  #run(words: readonly string[], extra: Readonly<Record<string, string>>): Promise<number> {
    return new Promise((resolve, reject) => {
      const child = spawn(join(repository, 'bin/muster'), words, {
        cwd: example,
        env: projectEnvironment({ ...this.#settings, ...extra }),
        stdio: ['ignore', 'inherit', 'inherit'],
      });
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? 130));
    });
  }
}
