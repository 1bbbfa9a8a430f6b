// A tee whose disk was full reads on and writes nothing any more. Once there is room another takes its place.

import { spawn } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { childrenOf, signalOne, statOf } from './processes.ts';
import type { ReplicaFolder } from './replica-folder.ts';
import { resumeScript } from './shim/scripts.ts';
import { standardProgram } from './shim/standard-program.ts';

const roomBytes = 1024 * 1024;

export function hasRoom(folder: string): boolean {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize > roomBytes;
}

type Resuming = {
  readonly folder: ReplicaFolder;
  readonly stream: 'stdout' | 'stderr';
  readonly shimPid: number;
  readonly notices: string;
};

/**
 * Both read the pipe for a moment: what the old one gets is lost as what came before it was. Without any reader the service's next line would end
 * it (SIGPIPE), so the pipe is held open until the new one has it.
 */
export async function resumeLog({ folder, stream, shimPid, notices }: Resuming): Promise<void> {
  const log = join(folder.path, stream);
  const pipe = stream === 'stdout' ? folder.out : folder.err;
  const old = childrenOf(shimPid).flatMap((pid) => (commandOf(pid).includes(log) ? (statOf(pid) ?? []) : []));
  const held = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const words = ['-c', resumeScript(standardProgram('tee')), 'sh', log, pipe, notices];
    // It outlives the agent as the one before it would have.
    const tee = spawn('/bin/sh', words, { detached: true, stdio: 'ignore' });
    tee.unref();
    // The shell has opened the pipe before it turns into tee.
    const isShell = (): boolean => tee.pid !== undefined && tee.exitCode === null && commandOf(tee.pid)[0] === '/bin/sh';
    while (isShell()) await delay(5);
    for (const one of old) signalOne(one, 'SIGTERM');
  } finally {
    closeSync(held);
  }
}

/** Empty for a process that has ended. */
function commandOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
