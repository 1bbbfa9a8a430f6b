// A real sshd on loopback with keys of its own, and an `ssh` first in PATH that knows them. Ended by its own process id.

import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

const sshd = '/usr/sbin/sshd';

export type SshServer = { readonly port: number; readonly user: string; readonly keyFile: string; close(): Promise<void> };

export async function startSshServer(): Promise<SshServer> {
  if (!existsSync(sshd)) throw new Error(`${sshd} is missing: apt-get install -y openssh-server`);
  const directory = mkdtempSync(join(tmpdir(), 'muster-sshd-'));
  const port = await freePort();
  const file = (name: string): string => join(directory, name);
  for (const key of ['host-key', 'user-key']) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(key)]);
  writeFileSync(file('authorized_keys'), readFileSync(file('user-key.pub')), { mode: 0o600 });
  writeFileSync(file('known_hosts'), `[127.0.0.1]:${port} ${readFileSync(file('host-key.pub'), 'utf8')}`);
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
    ].join('\n'),
  );
  const config = [
    'IdentitiesOnly yes',
    `IdentityFile ${file('user-key')}`,
    `UserKnownHostsFile ${file('known_hosts')}`,
    'BatchMode yes',
  ];
  writeFileSync(file('ssh_config'), config.join('\n'));
  mkdirSync(file('bin'));
  writeFileSync(file('bin/ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F ${file('ssh_config')} "$@"\n`);
  chmodSync(file('bin/ssh'), 0o755);
  mkdirSync('/run/sshd', { recursive: true });

  const path = process.env.PATH ?? '';
  process.env.PATH = `${file('bin')}:${path}`;
  const child = spawn(sshd, ['-D', '-e', '-f', file('sshd_config')], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await untilItAnswers(port);
  return {
    port,
    user: userInfo().username,
    keyFile: file('user-key'),
    async close() {
      process.env.PATH = path;
      child.kill();
      await ended;
      rmSync(directory, { recursive: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function untilItAnswers(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
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
