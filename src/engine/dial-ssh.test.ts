import { expect, test } from 'vitest';
import { sshArguments } from './dial-ssh.ts';

test('ssh gets user, port and one quoted command, and a host can never be an option', () => {
  const endpoint = { kind: 'ssh', user: 'deploy', host: '-oProxyCommand=x', port: 2222, path: "/tmp/it's here.sock" } as const;
  expect(sshArguments(endpoint, 15_000)).toEqual([
    '-o',
    'ConnectTimeout=15',
    '-T',
    '-l',
    'deploy',
    '-p',
    '2222',
    '--',
    '-oProxyCommand=x',
    `docker --host 'unix:///tmp/it'\\''s here.sock' system dial-stdio`,
  ]);
});

test('without user and port the SSH configuration decides', () => {
  expect(sshArguments({ kind: 'ssh', user: '', host: 'web1', port: 0, path: '' }, 1500)).toEqual([
    '-o',
    'ConnectTimeout=2',
    '-T',
    '--',
    'web1',
    'docker system dial-stdio',
  ]);
});
