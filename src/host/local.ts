// This machine.

import { chmod, readFile, rm, stat } from 'node:fs/promises';
import type { Host } from './host.ts';
import { connectLocally } from './local-connect.ts';
import { localSource, receiveLocally } from './local-copy.ts';
import { localFacts } from './local-facts.ts';
import { infoOf, listOf, makeDirectoryOf, writeAtomically } from './local-file.ts';
import { localListeners } from './local-listeners.ts';
import { localPath } from './local-path.ts';
import { runLocally, spawnLocally } from './local-process.ts';
import { launchLocally, localProcessInfo, signalLocally } from './local-processes.ts';

export function localHost(): Host {
  const copy: Host['upload'] = async (from, to, options = {}) =>
    receiveLocally(await localSource(from, options.signal), to, options);
  return {
    location: 'local',
    facts: async () => localFacts(),
    run: runLocally,
    spawn: spawnLocally,
    launch: launchLocally,
    processInfo: async (pid) => localProcessInfo(pid),
    signalProcess: async (process, signal, { group }) => signalLocally(process, signal, group),
    readFile: (path) => readFile(localPath(path)),
    writeFile: writeAtomically,
    makeDirectory: (path, { mode }) => makeDirectoryOf(path, mode),
    remove: (path) => rm(localPath(path), { recursive: true, force: true }),
    list: listOf,
    exists: (path) =>
      stat(localPath(path)).then(
        () => true,
        () => false,
      ),
    stat: infoOf,
    setMode: (path, mode) => chmod(localPath(path), mode),
    upload: copy,
    download: copy,
    connect: connectLocally,
    listeners: localListeners,
    close: () => Promise.resolve(),
  };
}
