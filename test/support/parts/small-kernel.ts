// A Linux kernel of a test's own, which runs as a program (User-Mode Linux), sees this machine's files without being able to change them, and has
// what this machine's kernel may not have set up: control groups of version 2.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const kernel = '/usr/bin/linux.uml';

/** Runs a shell script as root there, in an empty folder; what it printed, each line behind `> ` and apart from what the kernel says. */
export async function inSmallKernel(script: string): Promise<string[]> {
  if (!existsSync(kernel)) throw new Error(`${kernel} is missing: apt-get install -y user-mode-linux`);
  const folder = mkdtempSync(join(tmpdir(), 'muster-kernel-'));
  const [init, work] = [join(folder, 'init'), join(folder, 'work')];
  writeFileSync(init, initScript(work), { mode: 0o755 });
  writeFileSync(work, script);
  try {
    return linesOf(await boot(init));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const initScript = (work: string): string => `#!/bin/sh
export PATH=${dirname(process.execPath)}:/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
mount -t tmpfs -o mode=1777 tmpfs /run
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
mkdir -p /dev/pts
mount -t devpts devpts /dev/pts
mount -t sysfs sysfs /sys
mount -t cgroup2 none /sys/fs/cgroup
mkdir /run/work
cd /run/work
sh ${work} 2>&1 | sed 's/^/> /'
echo o > /proc/sysrq-trigger
sleep 10
`;

function boot(init: string): Promise<string> {
  const root = ['root=/dev/root', 'rootfstype=hostfs', 'rootflags=/', 'ro'];
  const child = spawn(kernel, ['mem=1024M', ...root, `init=${init}`, 'con=null', 'con0=null,fd:1', 'ssl=null'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  // It consists of several processes in one group.
  const end = (): void => void (child.pid !== undefined && child.exitCode === null && process.kill(-child.pid, 'SIGKILL'));
  const tooLong = setTimeout(end, patienceMs);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => {
      clearTimeout(tooLong);
      resolve(said);
    });
  });
}

const patienceMs = 170_000;

const linesOf = (said: string): string[] =>
  said
    .split(/\r*\n/)
    .filter((line) => line.startsWith('> '))
    .map((line) => line.slice(2));
