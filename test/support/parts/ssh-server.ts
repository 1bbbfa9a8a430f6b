// A real sshd on loopback with keys of its own, and an `ssh` first in PATH that knows them. Ended by its own process id.

import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../free-port.ts';

const sshd = '/usr/sbin/sshd';

export type SshServer = {
  readonly port: number;
  readonly user: string;
  readonly keyFile: string;
  readonly folder: string;
  /** SIGKILL to it and to its connections, as if the machine had gone; whatever they started runs on. */
  kill(): Promise<void>;
  /** The connections only, as if the network had gone; it takes new ones. */
  dropConnections(): Promise<void>;
  start(): Promise<void>;
  /** How many are logged in. */
  connections(): number;
  close(): Promise<void>;
};

export type SshServerOptions = {
  /** More lines of sshd_config. */
  readonly settings?: readonly string[];
  /** Whoever logs in keeps muster's state below the server's folder, instead of in his own home. */
  readonly ownState?: true;
  /** Of whoever logs in. */
  readonly environment?: Readonly<Record<string, string>>;
};

export async function startSshServer({ settings = [], ownState, environment = {} }: SshServerOptions = {}): Promise<SshServer> {
  if (!existsSync(sshd)) throw new Error(`${sshd} is missing: apt-get install -y openssh-server`);
  const folder = mkdtempSync(join(tmpdir(), 'muster-sshd-'));
  // The user who logs in reads its authorized_keys there.
  chmodSync(folder, 0o755);
  const port = await freePort();
  const file = (name: string): string => join(folder, name);
  for (const key of ['host-key', 'user-key']) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(key)]);
  // ssh takes a key that others may read if it belongs to somebody else: so all users of the test can log in from here on.
  chmodSync(file('user-key'), 0o644);
  chownSync(file('user-key'), 65_534, 65_534);
  writeFileSync(file('authorized_keys'), readFileSync(file('user-key.pub')), { mode: 0o644 });
  writeFileSync(file('known_hosts'), `[127.0.0.1]:${port} ${readFileSync(file('host-key.pub'), 'utf8')}`);
  const variables = [
    `PATH=${file('bin')}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    ...(ownState === true ? [`XDG_STATE_HOME=${file('state')}`] : []),
    ...Object.entries(environment).map(([name, value]) => `${name}=${value}`),
  ];
  writeFileSync(
    file('sshd_config'),
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${file('host-key')}`,
      `AuthorizedKeysFile ${file('authorized_keys')}`,
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'PermitRootLogin prohibit-password',
      'StrictModes no',
      'UsePAM no',
      'MaxStartups 50',
      `PidFile ${file('sshd.pid')}`,
      // An ssh that is run over there (ssh over ssh) is ours, too.
      `SetEnv ${variables.join(' ')}`,
      ...settings,
    ].join('\n'),
  );
  const config = [
    'IdentitiesOnly yes',
    `IdentityFile ${file('user-key')}`,
    `UserKnownHostsFile ${file('known_hosts')}`,
    'GlobalKnownHostsFile /dev/null',
  ];
  writeFileSync(file('ssh_config'), config.join('\n'));
  mkdirSync(file('bin'));
  writeFileSync(file('bin/ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F ${file('ssh_config')} "$@"\n`);
  chmodSync(file('bin/ssh'), 0o755);
  mkdirSync('/run/sshd', { recursive: true });

  const path = process.env.PATH ?? '';
  process.env.PATH = `${file('bin')}:${path}`;
  let server: ChildProcess | undefined;

  async function start(): Promise<void> {
    server = spawn(sshd, ['-D', '-e', '-f', file('sshd_config')], { stdio: 'ignore' });
    await untilItAnswers(port);
  }
  async function endServer(signal: NodeJS.Signals): Promise<void> {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((resolve) => server?.once('exit', resolve));
    server.kill(signal);
    await ended;
  }
  async function dropConnections(): Promise<void> {
    endConnections(connectionsOf(server?.pid));
  }

  await start();
  return {
    port,
    user: userInfo().username,
    keyFile: file('user-key'),
    folder,
    start,
    dropConnections,
    connections: () => connectionsOf(server?.pid).length,
    async kill() {
      const connections = connectionsOf(server?.pid);
      await endServer('SIGKILL');
      endConnections(connections);
    },
    async close() {
      process.env.PATH = path;
      await endServer('SIGTERM');
      rmSync(folder, { recursive: true });
    },
  };
}

/** sshd has a child per connection, and that one for a user who is not root another, unprivileged one; commands are theirs. */
function connectionsOf(server: number | undefined): number[] {
  const children = (pid: number | undefined): number[] =>
    told(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  const isSshd = (pid: number): boolean => told(`/proc/${pid}/comm`).trim() === 'sshd';
  return children(server).flatMap((pid) => [pid, ...children(pid).filter(isSshd)]);
}

/** '' once the process has gone. */
function told(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function endConnections(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Ended meanwhile.
    }
  }
}

async function untilItAnswers(port: number): Promise<void> {
  for (let attempt = 0; attempt < 1000; attempt++) {
    const answered = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port });
      socket.once('data', () => socket.destroy());
      socket.once('error', () => resolve(false));
      socket.once('close', (failed) => resolve(!failed));
    });
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`sshd does not answer on port ${port}`);
}
