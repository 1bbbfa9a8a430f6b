// A tee whose disk was full reads on and writes nothing any more. Once there is room another takes its place.

import { spawn } from 'node:child_process';
import { readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
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

/** Both read the pipe for a moment: what the old one gets is lost as what came before it was. */
export function resumeLog({ folder, stream, shimPid, notices }: Resuming): void {
  const log = join(folder.path, stream);
  const old = childrenOf(shimPid).flatMap((pid) => (commandHas(pid, log) ? (statOf(pid) ?? []) : []));
  const words = ['-c', resumeScript(standardProgram('tee')), 'sh', log, stream === 'stdout' ? folder.out : folder.err, notices];
  // It outlives the agent as the one before it would have.
  spawn('/bin/sh', words, { detached: true, stdio: 'ignore' }).unref();
  for (const tee of old) signalOne(tee, 'SIGTERM');
}

function commandHas(pid: number, word: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(word);
  } catch {
    return false;
  }
}
