// An engine behind SSH: the system's ssh runs `docker system dial-stdio` there, and its stdin and stdout are the connection.
// ~/.ssh/config, agents, ProxyJump and ControlMaster work because it is the user's own ssh.

import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { Duplex } from 'node:stream';
import type { Readable, Writable } from 'node:stream';
import { MusterError } from '#lib/errors.ts';
import { shellQuote } from '#lib/shell-quote.ts';
import { describeEndpoint } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';

type SshEndpoint = Extract<Endpoint, { kind: 'ssh' }>;

export function dialSsh(endpoint: SshEndpoint, connectTimeoutMs: number): Duplex {
  return new ProcessSocket(
    spawn('ssh', sshArguments(endpoint, connectTimeoutMs), { stdio: ['pipe', 'pipe', 'pipe'] }),
    (code, complaint) => sshFailure(endpoint, code, complaint),
  );
}

/** `--` keeps a host that starts with a dash from being an option; the far side's command is one quoted string. */
export function sshArguments(endpoint: SshEndpoint, connectTimeoutMs: number): string[] {
  const far = endpoint.path === '' ? [] : ['--host', `unix://${endpoint.path}`];
  return [
    '-o',
    `ConnectTimeout=${Math.ceil(connectTimeoutMs / 1000)}`,
    '-T',
    ...(endpoint.user === '' ? [] : ['-l', endpoint.user]),
    ...(endpoint.port === 0 ? [] : ['-p', String(endpoint.port)]),
    '--',
    endpoint.host,
    ['docker', ...far, 'system', 'dial-stdio'].map(shellQuote).join(' '),
  ];
}

function sshFailure(endpoint: SshEndpoint, code: number | null, complaint: string): MusterError {
  const where = describeEndpoint(endpoint);
  const said = complaint.trim().split('\n').at(-1)?.trim() || `ssh ended with code ${code ?? 'none'}`;
  if (/permission denied|host key verification failed/i.test(said))
    return new MusterError('ENGINE_PERMISSION', `ssh was not let in to ${where}: ${said}`, {
      hint: `try it by hand: ssh ${endpoint.port === 0 ? '' : `-p ${endpoint.port} `}${endpoint.user && `${endpoint.user}@`}${endpoint.host} docker version`,
    });
  if (code === 127 || /not found/i.test(said))
    return new MusterError('ENGINE_ABSENT', `no docker command at ${where}: ${said}`, { hint: 'install the docker CLI there' });
  return new MusterError('ENGINE_ABSENT', `no connection to ${where}: ${said}`, {
    hint: 'check the host, its SSH server and that Docker runs there',
  });
}

/** A child process's stdin and stdout as one socket, with the few socket methods that node:http calls. */
class ProcessSocket extends Duplex {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  #complaint = '';
  #answered = false;

  constructor(
    child: ChildProcessByStdio<Writable, Readable, Readable>,
    failure: (code: number | null, complaint: string) => Error,
  ) {
    super({ allowHalfOpen: true });
    this.#child = child;
    child.stdout.on('data', (chunk: Buffer) => {
      this.#answered = true;
      if (!this.push(chunk)) child.stdout.pause();
    });
    child.stderr.on('data', (chunk: Buffer) => (this.#complaint = (this.#complaint + chunk.toString()).slice(-4096)));
    child.stdin.on('error', () => {
      // The exit below tells more than "broken pipe".
    });
    child.on('error', (cause) =>
      this.destroy(
        new MusterError('ENGINE_ENDPOINT', `can't run ssh: ${cause.message}`, { hint: 'install the OpenSSH client', cause }),
      ),
    );
    child.on('close', (code) => {
      if (this.#answered) this.push(null);
      else this.destroy(failure(code, this.#complaint));
    });
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#child.stdin.write(chunk, () => done());
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#child.stdin.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#child.kill();
    done(error);
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  /** An idle pooled connection must not keep the program alive. */
  unref(): this {
    this.#child.unref();
    this.#eachPipe((pipe) => pipe.unref?.());
    return this;
  }

  ref(): this {
    this.#child.ref();
    this.#eachPipe((pipe) => pipe.ref?.());
    return this;
  }

  #eachPipe(act: (pipe: { ref?(): void; unref?(): void }) => void): void {
    // Pipes of a child are net.Sockets at run time; the types only say stream.
    for (const pipe of [this.#child.stdin, this.#child.stdout, this.#child.stderr]) act(pipe as { ref?(): void; unref?(): void });
  }
}
