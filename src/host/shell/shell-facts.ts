import { runtimeDirectory } from '#lib/runtime-directory.ts';
import { stateDirectory } from '#lib/state-directory.ts';
import type { Gpu, HostFacts } from '../host.ts';
import { outputOf } from './script-runner.ts';
import type { RunScript } from './script-runner.ts';

export async function factsThere(run: RunScript, location: string): Promise<HostFacts> {
  const lines = (await outputOf(run('facts', []), 'look at', location)).toString().split('\n');
  const all = (key: string): string[] =>
    lines.filter((line) => line.startsWith(`${key}=`)).map((line) => line.slice(key.length + 1));
  const one = (key: string): string => all(key)[0] ?? '';
  const machine = one('machine');
  const os = one('os').toLowerCase();
  const uid = Number(one('uid'));
  return {
    os,
    arch: archOf[machine] ?? machine,
    cores: Number(one('cores')),
    memoryBytes: Number(one('memory')) * 1024,
    user: one('user'),
    uid,
    gid: Number(one('gid')),
    home: one('home'),
    hostname: one('hostname'),
    // One of the two words that the script says, or nothing.
    init: (one('init') || 'other') as HostFacts['init'],
    libc: os !== 'linux' ? null : one('libc') === 'musl' ? 'musl' : 'glibc',
    gpus: all('gpu').map((line): Gpu => {
      const [vendor, device = ''] = line.split(' ');
      return { vendor: vendor === 'nvidia' ? 'nvidia' : 'amd', device };
    }),
    runtimeDirectory: runtimeDirectory({ XDG_RUNTIME_DIR: one('runtime') }, uid),
    stateDirectory: stateDirectory({ XDG_STATE_HOME: one('state'), HOME: one('home') }),
  };
}

/** `uname -m` in Node.js's names. */
const archOf: Readonly<Record<string, string>> = {
  x86_64: 'x64',
  aarch64: 'arm64',
  armv7l: 'arm',
  armv6l: 'arm',
  i686: 'ia32',
  i386: 'ia32',
  ppc64le: 'ppc64',
  loongarch64: 'loong64',
};
