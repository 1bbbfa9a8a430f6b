// An agent of its own for a test: the real command, in a folder of the test's.

import { spawn } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Duplex } from 'node:stream';
import { AgentClient } from '#api/agent/client.ts';
import type { Hello, LaunchSpec, Replica } from '#api/agent/contract.ts';
import type { AgentStart } from '#api/agent/places.ts';
import { reachAgent } from '#api/agent/reach.ts';

const main = resolve(import.meta.dirname, '../../src/main.ts');

export type AgentBench = {
  readonly folder: string;
  readonly directory: string;
  readonly socket: string;
  /** Connects, and starts the agent when there is none. */
  reach(): Promise<AgentClient>;
  /** null: nobody listens. */
  tryReach(): Promise<AgentClient | null>;
  launch(): Promise<void>;
  /** What it wrote into its own log. */
  warnings(): string;
  /** Ends all that it runs, then the agent. */
  clear(): Promise<void>;
};

type BenchOptions = {
  readonly directory?: string;
  readonly idleSeconds?: number;
  /** Whose agent it is, if not ours. */
  readonly uid?: number;
  /** Instead of the sources. */
  readonly program?: string;
  /** Of commands, and of the socket of another bench's agent. */
  readonly own?: Hello;
  readonly socket?: string;
};

export function agentBench(options: BenchOptions = {}): AgentBench {
  const folder = mkdtempSync(join(tmpdir(), 'muster-agent-'));
  if (options.uid !== undefined) chownSync(folder, options.uid, options.uid);
  const directory = options.directory ?? join(folder, 'agent');
  const socket = options.socket ?? join(folder, 'run', 'agent.sock');
  const { own } = options;
  const launch = async ({ after }: AgentStart = { after: null }): Promise<void> => {
    const idle = String(options.idleSeconds ?? 5);
    const words = [options.program ?? main, 'agent', '--directory', directory, '--socket', socket, '--idle-timeout', idle];
    if (after !== null) words.push('--after', String(after));
    const as = options.uid === undefined ? {} : { uid: options.uid, gid: options.uid };
    const child = spawn(process.execPath, words, { detached: true, stdio: ['ignore', 'inherit', 'inherit'], ...as });
    await once(child, 'spawn');
    child.unref();
  };
  const dial = async (): Promise<Duplex> => {
    const connection = connect(socket);
    await once(connection, 'connect');
    return connection;
  };
  const reach = async (): Promise<AgentClient> => {
    const client = await reachAgent({ connect: dial, launch, isNeeded: true, own });
    // It was to be started.
    return client as AgentClient;
  };
  return {
    folder,
    directory,
    socket,
    reach,
    launch,
    tryReach: () => reachAgent({ connect: dial, launch, isNeeded: false, own }),
    warnings: () => (existsSync(join(directory, 'agent.log')) ? readFileSync(join(directory, 'agent.log'), 'utf8') : ''),
    clear: async () => {
      const client = await reach();
      const { replicas } = await client.call('list', {});
      await client.call('remove', { ids: replicas.map(({ id }) => id), force: true });
      await client.call('handOver', { force: true });
      client.close();
      // What it still writes would be found by nobody.
      await until('the agent has gone', () => !existsSync(`/proc/${client.agent.pid}/exe`));
      // One that came second may be about to see that, and still write.
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

/** What most tests say nothing about. */
export function spec(name: string, command: string | readonly [string, ...string[]], more: Partial<LaunchSpec> = {}): LaunchSpec {
  return {
    name,
    labels: { 'com.docker.compose.project': 'p', 'com.docker.compose.service': name, 'com.docker.compose.container-number': '1' },
    argv: typeof command === 'string' ? ['/bin/sh', '-c', command] : command,
    workingDir: '/',
    environment: { PATH: '/usr/bin:/bin' },
    user: '',
    stopSignal: 'SIGTERM',
    // Nobody is killed for being slow on a busy machine.
    stopGraceMs: 60_000,
    restart: { policy: 'no', maxAttempts: 0 },
    healthcheck: null,
    tty: false,
    openStdin: false,
    ...more,
  };
}

/** Created and started; fails when it could not be. */
export async function run(client: AgentClient, wanted: LaunchSpec): Promise<string> {
  const { outcomes } = await client.call('create', { specs: [wanted], start: true });
  const [outcome] = outcomes;
  if (outcome === undefined || outcome.failure !== null) throw new Error(JSON.stringify(outcome));
  return outcome.id;
}

export async function look(client: AgentClient, id: string): Promise<Replica> {
  const { replicas } = await client.call('list', { ids: [id] });
  const [replica] = replicas;
  if (replica === undefined) throw new Error(`no replica ${id}`);
  return replica;
}

export async function logOf(
  client: AgentClient,
  id: string,
  more: { readonly tail?: number; readonly follow?: boolean } = {},
): Promise<string[]> {
  const lines: string[] = [];
  const query = { id, follow: false, since: '', until: '', tail: null, timestamps: true, ...more };
  for await (const batch of client.stream('logs', query)) lines.push(...batch.map(({ text }) => text));
  return lines;
}

/** Fails after a minute: machines may be very busy. */
export async function until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await new Promise((next) => {
      setTimeout(next, 10);
    });
  }
}
