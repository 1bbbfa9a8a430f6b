// A Docker Engine of a test's own, to restart, kill or fill: own data, own socket, own network namespace, so that the machine's
// engine and its firewall rules notice nothing. Its published ports are reachable only inside that namespace.

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ping } from '../../../tools/parts/engine-api.ts';
import { mustRun, run } from '../../../tools/parts/run.ts';
import { until } from '../../../tools/parts/until.ts';

export type PrivateEngine = {
  /** `unix://<folder>/docker.sock`, for DOCKER_HOST. */
  readonly endpoint: string;
  readonly logFile: string;
  start(): Promise<void>;
  /** SIGTERM: containers stop, the engine ends. */
  stop(): Promise<void>;
  /** SIGKILL: containers run on, nobody answers any more. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** Ends every process of it and removes everything that it made. */
  remove(): Promise<void>;
};

export type PrivateEngineOptions = {
  /** An absolute, empty or missing folder, all its own; short, since socket paths may have 107 characters. */
  readonly folder: string;
  /** Caps the disk that images and containers share (a tmpfs), for tests that fill it. */
  readonly diskMegabytes?: number;
  /** Another dockerd than the machine's own. */
  readonly dockerd?: string;
};

/** Starts one; needs root, dockerd and unshare. */
export async function privateEngine(options: PrivateEngineOptions): Promise<PrivateEngine> {
  const { folder } = options;
  if (process.getuid?.() !== 0) throw new Error('a private engine needs root');
  const data = join(folder, 'data');
  const socket = join(folder, 'docker.sock');
  const endpoint = `unix://${socket}`;
  const logFile = join(folder, 'dockerd.log');
  let engine: ChildProcess | undefined;

  await mkdir(data, { recursive: true });
  await writeFile(join(folder, 'daemon.json'), '{}');
  if (options.diskMegabytes !== undefined)
    await mustRun('mount', ['-t', 'tmpfs', '-o', `size=${options.diskMegabytes}m`, 'tmpfs', data]);

  /** After a kill dockerd sometimes gives up on its containerd; whoever runs it as a service has it started again. */
  async function start(): Promise<void> {
    try {
      await startOnce();
    } catch (error) {
      if (!(error as Error).message.includes('timeout waiting for containerd')) throw error;
      await startOnce();
    }
  }

  async function startOnce(): Promise<void> {
    await forgetDeadContainerd(folder);
    const output = openSync(logFile, 'a');
    engine = spawn(
      'unshare',
      ['--net', 'sh', '-c', inNamespace, 'sh', options.dockerd ?? 'dockerd', ...engineArguments(folder, endpoint)],
      {
        stdio: ['ignore', output, output],
        env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
      },
    );
    closeSync(output);
    const ended = endOf(engine).then(async () => {
      throw new Error(`the private dockerd ended:\n${(await readFile(logFile, 'utf8')).trim().split('\n').slice(-8).join('\n')}`);
    });
    await Promise.race([until(async () => (await ping(endpoint)).answers, 100_000, `the engine at ${endpoint}`), ended]);
    // From here on its end is the test's business.
    ended.catch(() => {});
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (engine === undefined || engine.exitCode !== null || engine.signalCode !== null) return;
    const ended = endOf(engine);
    engine.kill(signal);
    await ended;
  }

  const stop = (): Promise<void> => end('SIGTERM');
  const kill = (): Promise<void> => end('SIGKILL');
  await start();
  return {
    endpoint,
    logFile,
    start,
    stop,
    kill,
    async restart() {
      await stop();
      await start();
    },
    async remove() {
      await stop();
      await endProcessesOf(folder);
      await unmountBelow(folder);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** In the new namespace only a loopback that is down exists. busybox or iproute2 brings it up; then the shell becomes dockerd. */
const inNamespace = 'ip link set lo up 2>/dev/null || busybox ip link set lo up; exec "$@"';

function engineArguments(folder: string, endpoint: string): string[] {
  return [
    `--host=${endpoint}`,
    `--data-root=${join(folder, 'data')}`,
    `--exec-root=${join(folder, 'exec')}`,
    `--pidfile=${join(folder, 'dockerd.pid')}`,
    // The machine's own daemon.json is not for us.
    `--config-file=${join(folder, 'daemon.json')}`,
    `--cgroup-parent=/muster-private-${process.pid}`,
    '--shutdown-timeout=2',
  ];
}

function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
}

/**
 * A killed dockerd takes its containerd along, which stays a zombie where process 1 doesn't reap; the next dockerd would read its
 * pid, find it "running" and wait for it in vain.
 */
async function forgetDeadContainerd(folder: string): Promise<void> {
  const pidFile = join(folder, 'exec/containerd/containerd.pid');
  const pid = (await readFile(pidFile, 'utf8').catch(() => '')).trim();
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  if (pid !== '' && !/^State:\s+[^Z\s]/m.test(status)) await rm(pidFile);
}

/** A killed engine leaves its containerd and its containers; their command lines name the folder. */
async function endProcessesOf(folder: string): Promise<void> {
  const find = async (): Promise<number[]> => {
    const found: number[] = [];
    for (const name of await readdir('/proc')) {
      if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
      const words = (await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')).split('\0');
      const isEngines = /(^|\/)(containerd|containerd-shim[^/]*|runc)$/.test(words[0] ?? '');
      if (isEngines && words.some((word) => word.startsWith(`${folder}/`))) found.push(Number(name));
    }
    return found;
  };
  const killAll = async (): Promise<boolean> => {
    const pids = await find();
    for (const pid of pids) await killWithChildren(pid);
    return pids.length === 0;
  };
  await until(killAll, 60_000, `the processes of ${folder} to end`);
}

/** A shim's children are the containers' first processes; killed alone it would leave them running. */
async function killWithChildren(pid: number): Promise<void> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  for (const child of [...children.split(' ').filter(Boolean).map(Number), pid]) {
    try {
      process.kill(child, 'SIGKILL');
    } catch {
      // Ended by itself meanwhile.
    }
  }
}

async function unmountBelow(folder: string): Promise<void> {
  const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '');
  for (const mount of mounts.filter((path) => path.startsWith(`${folder}/`)).toReversed()) await run('umount', ['-l', mount]);
}
