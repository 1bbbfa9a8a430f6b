// Limits of native services under control groups of version 2, on a kernel of the test's own.

import { expect, test } from 'vitest';
import { musterProgram } from '../support/muster.ts';
import { inSmallKernel } from '../support/parts/small-kernel.ts';

const compose = `
services:
  lim:
    command: ["sh", "-c", "cd /sys/fs/cgroup$$(cut -d: -f3 /proc/self/cgroup); pwd; cat memory.max cpu.max pids.max; exec sleep 1000"]
    mem_limit: 64m
    cpus: 0.5
    pids_limit: 20
    stop_signal: KILL
    x-muster: { runtime: process }
  hog:
    command: ["dd", "if=/dev/zero", "of=/dev/null", "bs=200M", "count=1"]
    mem_limit: 32m
    depends_on: [lim]
    x-muster: { runtime: process }
`;

const environment = `
export DOCKER_HOST=unix:///run/none XDG_STATE_HOME=$PWD/state XDG_RUNTIME_DIR=$PWD/run XDG_CACHE_HOME=$PWD/cache HOME=$PWD COMPOSE_PROJECT_NAME=small
mkdir -m 700 run
cat > compose.yaml <<'END'
${compose}
END
cat > life <<'END'
muster() { '${musterProgram}' --progress plain --ansi never "$@"; }
muster up -d 2>&1 | grep Warning
until muster ps -a --format '{{.Service}} {{.State}} {{.ExitCode}}' hog | grep exited; do sleep 0.2; done
muster logs --no-log-prefix lim
muster down -t 0 2>/dev/null
END
`;

const found = (parent: string): unknown[] => [
  'hog exited 137',
  expect.stringMatching(new RegExp(`^/sys/fs/cgroup/${parent}/muster-[0-9a-f]{32}$`)),
  String(64 * 1024 * 1024),
  '50000 100000',
  '20',
];

test(
  'root’s services are limited, what takes more memory than it may is ended, and no group is left',
  { timeout: 180_000 },
  async () => {
    const said = await inSmallKernel(`${environment}\nsh life\ncd /sys/fs/cgroup/muster && find . -type d`);
    expect(said).toEqual([...found('muster'), '.']);
  },
);

test(
  'so are those of an ordinary user to whom a part of the tree was given; without, it is said that they are not',
  { timeout: 180_000 },
  async () => {
    const said = await inSmallKernel(`${environment}
chown -R nobody .
asNobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
cd /sys/fs/cgroup
echo '+memory +pids +cpu' > cgroup.subtree_control
mkdir theirs theirs/session
chown nobody theirs theirs/cgroup.procs theirs/cgroup.subtree_control theirs/session theirs/session/cgroup.procs
cd - > /dev/null
sed -n 1,2p life > alone
echo "muster down -t 0 2>/dev/null" >> alone
asNobody sh alone
echo given
echo $$ > /sys/fs/cgroup/theirs/session/cgroup.procs
# The agent that is there has been started before.
export XDG_STATE_HOME=$PWD/another
asNobody sh life
cd /sys/fs/cgroup/theirs && find . -type d`);
    const [warnings, given] = [said.slice(0, said.indexOf('given')), said.slice(said.indexOf('given') + 1)];
    expect(warnings.join('\n')).toMatch(/small-lim-1.*memory can't be limited on this machine \(EACCES\)/);
    expect(given).toEqual([...found('theirs'), '.', './session']);
  },
);
