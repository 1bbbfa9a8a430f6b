// This machine.

import { readFile, readdir, rm, stat } from 'node:fs/promises';
import { arch, availableParallelism, homedir, platform, totalmem, userInfo } from 'node:os';
import type { Host, HostFacts } from './host.ts';
import { runLocally, spawnLocally } from './local-process.ts';
import { connectLocally } from './local-connect.ts';
import { makeDirectoryOf, writeAtomically } from './local-file.ts';

export function localHost(): Host {
  return {
    location: 'local',
    facts: () => Promise.resolve(readFacts()),
    run: runLocally,
    spawn: spawnLocally,
    readFile: (path) => readFile(path),
    writeFile: writeAtomically,
    makeDirectory: (path, { mode }) => makeDirectoryOf(path, mode),
    remove: (path) => rm(path, { recursive: true, force: true }),
    list: async (path) => (await readdir(path)).sort(),
    exists: (path) =>
      stat(path).then(
        () => true,
        () => false,
      ),
    connect: connectLocally,
    close: () => Promise.resolve(),
  };
}

function readFacts(): HostFacts {
  const { username, uid } = userInfo();
  return {
    os: platform(),
    arch: arch(),
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    user: username,
    uid,
    home: process.env.HOME || homedir(),
  };
}
