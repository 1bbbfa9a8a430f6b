// The resident agent: one per state directory. Ends when nothing runs and nobody is connected.

import { createHash } from 'node:crypto';
import { appendFileSync, chmodSync, existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { addressFile } from '#api/agent/places.ts';
import { type FileLock, tryLock } from '#lib/file-lock.ts';
import { ensurePrivateDirectory } from '#lib/private-directory.ts';
import { musterVersion } from '#lib/version.ts';
import { Agent } from './agent.ts';
import { EventLog } from './events.ts';
import { FifoMaker } from './fifos.ts';
import { Notices } from './notices.ts';
import { bootId } from './processes.ts';
import { Client } from './serve.ts';
import type { House } from './serve.ts';
import { Launcher, commonEnvironment } from './shim/launcher.ts';
import { StartsUnderway } from './starts-underway.ts';
import { launcherScript, shimScript, terminalScript } from './shim/scripts.ts';
import { standardProgram } from './shim/standard-program.ts';

export type AgentOptions = {
  readonly directory: string;
  readonly socket: string;
  /** How long it stays with nothing to do. */
  readonly idleMs: number;
  /** Waits for the end of that process, the agent that is there and has been asked to make room; null: there is none. */
  readonly after: number | null;
};

/** How long one that has been asked may take to end. */
const patienceMs = 10_000;

/** Resolves when it is over: true; false when another agent has this directory. */
export async function runAgent({ directory, socket, idleMs, after }: AgentOptions): Promise<boolean> {
  const uid = process.getuid?.() ?? 0;
  ensurePrivateDirectory(directory, uid);
  ensurePrivateDirectory(join(directory, 'replicas'), uid);
  ensurePrivateDirectory(dirname(socket), uid);
  const lock = await lockAfter(after, join(directory, 'lock'));
  if (lock === null) return false;
  const pipes = pipesBeside(socket);
  ensurePrivateDirectory(pipes, uid);
  // No directory is kept busy by it.
  process.chdir('/');

  const warn = warnInto(join(directory, 'agent.log'));
  process.on('uncaughtException', (cause) => {
    warn('a mistake in muster ended the agent; what runs goes on', cause);
    process.exit(1);
  });
  const { now } = Date;
  const events = new EventLog(join(directory, 'events.jsonl'), {
    now,
    onTrouble: (cause) => warn('events can’t be kept', cause),
  });
  const scripts = writeScripts(directory);
  const root = join(directory, 'replicas');
  const noticesPath = join(directory, 'notices');
  const launcher = new Launcher({
    words: [scripts.launcher, root, pipes, noticesPath],
    environment: commonEnvironment(process.env),
    onLost: (cause) => agent.lostLauncher(cause),
  });
  const agent: Agent = new Agent({
    root,
    pipes,
    fifos: new FifoMaker(),
    notices: noticesPath,
    scripts,
    launcher,
    starts: new StartsUnderway(),
    events,
    now,
    bootId: bootId(),
    uid,
    warn,
  });
  const notices = new Notices(noticesPath, {
    notice: (notice) => agent.heard(notice),
    trouble: (trouble) => agent.troubled(trouble),
  });
  try {
    await agent.adopt();
    await serve({ agent, directory, socket, idleMs });
  } finally {
    agent.leave();
    launcher.close();
    notices.close();
    events.close();
    lock.release();
  }
  return true;
}

/** Looks so often that an agent that is started only when this one's predecessor has gone comes later. */
async function lockAfter(predecessor: number | null, path: string): Promise<FileLock | null> {
  const until = performance.now() + patienceMs;
  for (;;) {
    const isLast = predecessor === null || !existsSync(`/proc/${predecessor}`) || performance.now() > until;
    const lock = await tryLock(path);
    // With nobody left to wait for, whoever has it is another successor.
    if (lock !== null || isLast) return lock;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

type Serving = { readonly agent: Agent; readonly directory: string; readonly socket: string; readonly idleMs: number };

async function serve({ agent, directory, socket, idleMs }: Serving): Promise<void> {
  const clients = new Set<Client>();
  const over = Promise.withResolvers<void>();
  let server = await listen(socket, welcome);
  try {
    writeFileSync(addressFile(directory), socket, { mode: 0o600 });
  } catch (cause) {
    agent.setting.warn('only who has this runtime directory will find the agent', cause);
  }
  const house: House = { agent, startedAt: Date.now(), directory, clients: () => [...clients], end: over.resolve };
  function welcome(connection: Socket): void {
    clients.add(new Client(connection, house, (client) => clients.delete(client)));
  }

  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, over.resolve);
  process.on('SIGHUP', () => {});
  let idleLooks = 0;
  const looks = setInterval(() => {
    idleLooks = clients.size === 0 && agent.isIdle ? idleLooks + 1 : 0;
    const hasLostAll = agent.isIdle && !existsSync(directory);
    if (idleLooks > looksBeforeEnd || hasLostAll) over.resolve();
    // A user's runtime directory is emptied when they log out, although their services may stay.
    else if (!existsSync(socket))
      listenAgain().catch((cause: unknown) => agent.setting.warn('the socket can’t be made again', cause));
  }, idleMs / looksBeforeEnd);
  async function listenAgain(): Promise<void> {
    server.close();
    server = await listen(socket, welcome);
  }

  await over.promise;
  clearInterval(looks);
  // First the name, so that nobody connects to one that is ending. Answers that are under way go out.
  for (const path of [addressFile(directory), socket]) rmSync(path, { force: true });
  server.close();
  await new Promise(setImmediate);
  for (const client of clients) client.close();
}

const pipesBeside = (socket: string): string => `${socket}.pipes`;

const looksBeforeEnd = 4;

async function listen(socket: string, welcome: (connection: Socket) => void): Promise<Server> {
  for (const path of [dirname(socket), pipesBeside(socket)]) ensurePrivateDirectory(path, process.getuid?.() ?? 0);
  // The lock says that whoever left it is gone.
  rmSync(socket, { force: true });
  const server = createServer({ allowHalfOpen: true }, welcome);
  server.listen(socket);
  await once(server, 'listening');
  chmodSync(socket, 0o600);
  return server;
}

/** Named by their content: a shell reads its script as it goes, so one that is used is never written to. */
function writeScripts(directory: string): { readonly shim: string; readonly launcher: string; readonly terminal: string } {
  const write = (name: string, text: string): string => {
    const path = join(directory, `${name}-${createHash('sha256').update(text).digest('hex').slice(0, 12)}.sh`);
    if (!existsSync(path)) {
      writeFileSync(`${path}.new`, text, { mode: 0o600 });
      renameSync(`${path}.new`, path);
    }
    return path;
  };
  const tee = standardProgram('tee');
  return {
    shim: write('shim', shimScript(tee)),
    launcher: write('launcher', launcherScript(tee)),
    terminal: write('terminal', terminalScript),
  };
}

const longestLog = 1024 * 1024;
const mostUnsaid = 50;

/** Best effort: the agent goes on when it can't even say what is wrong. It is said once there is room. */
function warnInto(path: string): (text: string, cause?: unknown) => void {
  let unsaid: string[] = [];
  return (text, cause) => {
    const why = cause === undefined ? '' : `: ${inspect(cause)}`;
    unsaid = [...unsaid.slice(-mostUnsaid), `${new Date().toISOString()} muster ${musterVersion}: ${text}${why}\n`];
    try {
      if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > longestLog) renameSync(path, `${path}.old`);
      appendFileSync(path, unsaid.join(''), { mode: 0o600 });
      unsaid = [];
    } catch {}
  };
}
