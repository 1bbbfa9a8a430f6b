// One change of a project at a time. Who comes second waits, is told for whom, and gives up after a while.

import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cancelledBy } from '#lib/cancel.ts';
import { MusterError } from '#lib/errors.ts';
import { type FileLock, tryLock } from '#lib/file-lock.ts';
import { isDiskFull, stateFailure } from './state-failure.ts';

export type LockHolder = {
  readonly pid: number;
  /** `muster up`. */
  readonly command: string;
  /** RFC 3339 UTC. */
  readonly since: string;
};

export type LockRequest = {
  readonly stateDirectory: string;
  /** An engine's location, or what is behind it, and the project there. */
  readonly place: string;
  readonly project: string;
  readonly command: string;
  /** How long to wait for another holder; 0 does not wait. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Called once, when there is somebody to wait for; null when the holder has not said yet who it is. */
  readonly onWait?: (holder: LockHolder | null) => void;
};

/** Runs `work` while holding the project's lock. Throws PROJECT_LOCKED with the holder's name. */
export async function withProjectLock<Result>(request: LockRequest, work: () => Promise<Result>): Promise<Result> {
  const path = lockPath(request);
  const lock = await waitForLock(path, request);
  try {
    sayWhoHolds(path, request);
    return await work();
  } finally {
    rmSync(holderPath(path), { force: true });
    lock.release();
  }
}

async function waitForLock(path: string, request: LockRequest): Promise<FileLock> {
  if (request.signal.aborted) throw cancelledBy(request.signal);
  return (await lockOrExplain(path)) ?? waitForHolder(path, request);
}

async function waitForHolder(path: string, request: LockRequest): Promise<FileLock> {
  const giveUpAt = performance.now() + request.timeoutMs;
  let told = false;
  for (let pauseMs = 25; ; pauseMs = Math.min(pauseMs * 2, 250)) {
    const holder = readHolder(path);
    if (performance.now() >= giveUpAt) throw locked(request, holder);
    // The holder writes its name right after taking the lock; a first look may come too early.
    if (!told && (holder !== null || pauseMs > 50)) {
      told = true;
      request.onWait?.(holder);
    }
    await delay(pauseMs, undefined, { signal: request.signal }).catch(() => undefined);
    if (request.signal.aborted) throw cancelledBy(request.signal);
    const lock = await lockOrExplain(path);
    if (lock !== null) return lock;
  }
}

async function lockOrExplain(path: string): Promise<FileLock | null> {
  try {
    return await tryLock(path);
  } catch (cause) {
    throw stateFailure(`the lock ${path} can't be used`, cause);
  }
}

/** On a full disk nobody is told: what ends or removes something must be possible there. */
function sayWhoHolds(path: string, { command }: LockRequest): void {
  const holder: LockHolder = { pid: process.pid, command, since: new Date().toISOString() };
  try {
    writeFileSync(holderPath(path), JSON.stringify(holder), { mode: 0o600 });
  } catch (cause) {
    if (!isDiskFull(cause)) throw stateFailure(`the lock ${path} can't be used`, cause);
  }
}

function readHolder(path: string): LockHolder | null {
  try {
    // Written by ourselves above; a half-written one does not parse.
    return JSON.parse(readFileSync(holderPath(path), 'utf8')) as LockHolder;
  } catch {
    return null;
  }
}

function locked({ project }: LockRequest, holder: LockHolder | null): MusterError {
  const who = holder === null ? 'another run of muster' : `"${holder.command}" (pid ${holder.pid}, since ${holder.since})`;
  return new MusterError('PROJECT_LOCKED', `project ${project} is being changed by ${who}`, {
    hint: holder === null ? 'wait for it to end, then try again' : `wait for it to end, or end it: kill ${holder.pid}`,
  });
}

function lockPath({ stateDirectory, place, project }: LockRequest): string {
  const name = createHash('sha256').update(`${place}\n${project}`).digest('hex').slice(0, 32);
  return join(stateDirectory, 'locks', `${name}.lock`);
}

const holderPath = (path: string): string => `${path}.holder.json`;
