import { once } from 'node:events';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { MusterError } from '#lib/errors.ts';
import type { Host, HostProcess } from './host.ts';
import { sshFailure } from './ssh-failure.ts';
import type { SshTarget } from './ssh-failure.ts';

type Options = { readonly location: string; readonly mayAsk: boolean };

/** A login that is up: other ssh processes go through its socket. */
export type Master = {
  readonly process: HostProcess;
  readonly socket: string;
  /** It has ended, and nobody is given it any more. */
  readonly over: Promise<void>;
};

export class SshConnection {
  readonly #outer: Host;
  readonly #hop: SshTarget['hop'];
  readonly #options: Options;
  #master: Promise<Master> | null = null;
  #isClosed = false;
  /** The last connection has ended and left nothing. */
  #tidied: Promise<void> = Promise.resolve();
  /** What ssh said about channels that did not open, newest last. */
  readonly refusals: string[] = [];

  constructor(outer: Host, hop: SshTarget['hop'], options: Options) {
    this.#outer = outer;
    this.#hop = hop;
    this.#options = options;
  }

  /** Arguments of an ssh that goes through the shared connection, up to the command; it is opened if need be. */
  async sharedArguments(): Promise<string[]> {
    const { socket } = await this.master();
    // Without its socket ssh would quietly log in anew; then we want to know.
    return ['-S', socket, '-o', 'ControlMaster=no', '-o', 'ProxyCommand=exit 1', ...this.#common()];
  }

  /** Arguments of an ssh with a connection of its own. */
  ownArguments(): string[] {
    return ['-S', 'none', '-o', 'ControlMaster=no', ...this.#common()];
  }

  /** Changes with every connection: what was set up on an earlier one is gone. */
  master(): Promise<Master> {
    if (this.#isClosed) return Promise.reject(new MusterError('HOST_LOST', `${this.#options.location} was closed`));
    if (this.#master !== null) return this.#master;
    const forget = (): void => {
      if (this.#master === opening) this.#master = null;
    };
    const opening = this.#open().then((login) => ({ ...login, over: login.process.ended.catch(() => {}).then(forget) }));
    this.#master = opening;
    const tidy = ({ over, socket }: Master): Promise<void> =>
      over.then(() => this.#outer.remove(dirname(socket))).catch(() => {});
    opening.then((master) => (this.#tidied = tidy(master)), forget);
    return opening;
  }

  /** Waits a little for the end of a connection that does not answer any more. */
  isOver({ over }: Master): Promise<boolean> {
    return Promise.race([over.then(() => true), delay(2000, false, { ref: false })]);
  }

  /** Asks a connection for something: `-O forward -L …`. Resolves with what was said when it would not. */
  async control({ socket }: Master, args: readonly string[]): Promise<string | null> {
    const { exitCode, stderr } = await this.#outer.run({ argv: ['ssh', '-S', socket, ...args, ...this.#common()] });
    return exitCode === 0 ? null : stderr.toString();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const opening = this.#master;
    this.#master = null;
    if (opening === null) return;
    const master = await opening.catch(() => null);
    if (master === null) return;
    // ssh looks for the signal only when something wakes it: the end of its input does.
    master.process.kill('SIGTERM');
    master.process.stdin.end();
    const insist = setTimeout(() => master.process.kill('SIGKILL'), 2000);
    await this.#tidied;
    clearTimeout(insist);
  }

  /** The connection is a session that says one word and then waits for the end of its input, which is ours: it can't outlive us. */
  async #open(): Promise<Omit<Master, 'over'>> {
    const folder = await this.#privateFolder();
    const socket = `${folder}/c`;
    const args = ['-M', '-S', socket, '-o', 'ControlPersist=no', '-o', 'ClearAllForwardings=yes', ...this.#common()];
    const argv = ['ssh', ...args, `exec /bin/sh -c 'echo ${ready}; exec cat >/dev/null'`] as const;
    let said = '';
    try {
      const process = await this.#outer.spawn({ argv: [...argv], mayAsk: this.#options.mayAsk });
      process.stderr.on('data', (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-8000);
        this.refusals.push(
          ...chunk
            .toString()
            .split('\n')
            .filter((line) => line.includes('open failed')),
        );
        this.refusals.splice(0, this.refusals.length - 100);
      });
      const isReady = saysReady(process);
      const end = await Promise.race([isReady, process.ended]);
      if (end === true) {
        // Those who use it keep the program alive, and its end is the end of the connection.
        process.unref();
        return { process, socket };
      }
      if (!(process.stderr as import('node:stream').Readable).closed) await once(process.stderr, 'close');
      throw sshFailure(said, end === false ? await process.ended : end, { hop: this.#hop, location: this.#options.location });
    } catch (error) {
      await this.#outer.remove(folder).catch(() => {});
      throw isMissing(error) ? noSsh(this.#outer.location, error) : error;
    }
  }

  /** Sockets have short names (104 bytes, and ssh adds 17 while it binds), so not where the user's own runtime directory may be deep. */
  async #privateFolder(): Promise<string> {
    const { exitCode, stdout, stderr } = await this.#outer.run({ argv: ['mktemp', '-d', '/tmp/muster-XXXXXXXXXX'] });
    if (exitCode === 0) return stdout.toString().trim();
    throw new MusterError(
      'HOST_UNREACHABLE',
      `no folder for the connection to ${this.#options.location}: ${stderr.toString().trim()}`,
      {
        hint: `make /tmp writable on ${this.#outer.location}`,
      },
    );
  }

  /** What the user's configuration may say and we can't have; `--` keeps a host from being an option, the parser keeps it from more. */
  #common(): string[] {
    const { user, host, port } = this.#hop;
    const settings = [
      // Known since OpenSSH 8.7; older ones are told to pass over them.
      'IgnoreUnknown=SessionType,StdinNull,ForkAfterAuthentication',
      'SessionType=default',
      'StdinNull=no',
      'ForkAfterAuthentication=no',
      'RemoteCommand=none',
      'RequestTTY=no',
      'LogLevel=INFO',
      `BatchMode=${this.#options.mayAsk ? 'no' : 'yes'}`,
      'ConnectTimeout=15',
      'ServerAliveInterval=15',
      'ServerAliveCountMax=3',
    ];
    return [
      ...settings.flatMap((setting) => ['-o', setting]),
      '-x',
      ...(user === '' ? [] : ['-l', user]),
      ...(port === 0 ? [] : ['-p', String(port)]),
      '--',
      host,
    ];
  }
}

const ready = 'muster-is-connected';

/** False: it ended without. */
async function saysReady({ stdout }: HostProcess): Promise<boolean> {
  let text = '';
  for await (const chunk of stdout) {
    text = (text + String(chunk)).slice(-4000);
    if (text.includes(ready)) return true;
  }
  return false;
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

function noSsh(location: string, cause: unknown): MusterError {
  return new MusterError('HOST_UNREACHABLE', `there is no ssh on ${location}`, { hint: 'install the OpenSSH client', cause });
}
