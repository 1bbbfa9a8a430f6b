// A Docker Engine to work with: the one that is there, or Debian's, installed and started where that is ours to do.

import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheRoot } from './cache.ts';
import { installPackages, isDebian, isRoot, systemName } from './debian.ts';
import { chosenEndpoint, defaultEndpoint, ping, socketOf } from './engine-api.ts';
import { mustRun, run } from './run.ts';
import { until } from './until.ts';

export type ReadyEngine = {
  readonly endpoint: string;
  /** What was done to have it, in words; empty when it was there already. */
  readonly done: readonly string[];
};

/** The engine at DOCKER_HOST or the usual socket, installed and started if need be; otherwise one error with the remedy. */
export async function ensureEngine(log: (line: string) => void = () => {}): Promise<ReadyEngine> {
  const endpoint = chosenEndpoint();
  // An engine on another machine is not ours to start: muster itself says what is wrong with it.
  if (socketOf(endpoint) === null) return { endpoint, done: [] };
  const found = await ping(endpoint);
  if (found.answers) return { endpoint, done: [] };
  if (found.code === 'EACCES')
    throw new Error(
      `the engine at ${endpoint} does not let you in; run this as root, or add yourself to the group that owns the socket`,
    );
  if (endpoint !== defaultEndpoint)
    throw new Error(`no engine answers at ${endpoint} (${found.code}); start it, or unset DOCKER_HOST`);
  const done: string[] = [];
  function step(line: string): void {
    done.push(line);
    log(line);
  }
  if (!(await hasDockerd())) {
    await refuseUnlessOurs();
    step(`installing docker.io from ${await systemName()}`);
    await installEngine();
  }
  await refuseUnlessOurs();
  step('starting dockerd');
  await startEngine(endpoint);
  return { endpoint, done };
}

async function hasDockerd(): Promise<boolean> {
  return (await run('which', ['dockerd'], { env: { PATH: systemPath() } })).code === 0;
}

async function refuseUnlessOurs(): Promise<void> {
  const remedy = 'apt-get install docker.io && dockerd';
  if (!isRoot()) throw new Error(`no Docker Engine answers at ${defaultEndpoint}; as root: ${remedy}; or set DOCKER_HOST to one`);
  if (!(await isDebian()))
    throw new Error(
      `no Docker Engine answers at ${defaultEndpoint}, and on ${await systemName()} we don't know how to install one; start one, or set DOCKER_HOST`,
    );
}

async function installEngine(): Promise<void> {
  await installPackages(['docker.io'], 'to run containers');
  // Newer Debian packs the client apart; the tests use it to look at what muster made.
  const hasClient = (await run('which', ['docker'])).code === 0;
  if (!hasClient && (await run('apt-cache', ['show', 'docker-cli'])).code === 0)
    await installPackages(['docker-cli'], 'to look at containers');
}

/** Starts dockerd in the background, without systemd; it stays when we end. */
async function startEngine(endpoint: string): Promise<void> {
  const folder = join(cacheRoot, 'engine');
  await mkdir(folder, { recursive: true });
  await ensureControlGroups();
  const log = join(folder, 'dockerd.log');
  const output = openSync(log, 'w');
  const engine = spawn('dockerd', [], {
    detached: true,
    stdio: ['ignore', output, output],
    env: { ...process.env, PATH: systemPath() },
  });
  closeSync(output);
  const ended = new Promise<string>((resolve) => {
    engine.once('error', (error) => resolve(error.message));
    engine.once('exit', (code) => resolve(`exit code ${code}`));
  });
  const started = until(async () => (await ping(endpoint)).answers, 60_000, `an engine at ${endpoint}`).then(() => null);
  const failure = await Promise.race([started, ended]).catch((error: unknown) => String(error));
  if (failure !== null) throw new Error(`dockerd did not start (${failure}):\n${await lastLines(log)}\nits log: ${log}`);
  engine.unref();
}

/** Without an init system nobody has mounted the control groups; Debian's cgroupfs-mount does it. */
async function ensureControlGroups(): Promise<void> {
  if (/ \/sys\/fs\/cgroup[/ ]/.test(await readFile('/proc/mounts', 'utf8'))) return;
  await installPackages(['cgroupfs-mount'], 'to mount the control groups that containers need');
  await mustRun('cgroupfs-mount', []);
}

async function lastLines(file: string): Promise<string> {
  const lines = (await readFile(file, 'utf8').catch(() => '')).trim().split('\n');
  return lines.slice(-6).join('\n');
}

function systemPath(): string {
  return `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin`;
}

if (import.meta.main) {
  try {
    const ready = await ensureEngine((line) => console.log(`${line} …`));
    console.log(`engine: ${ready.endpoint}${ready.done.length === 0 ? ' was there already' : ' is ready'}`);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
