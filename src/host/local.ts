// This machine.

import { chmod, readFile, rm, stat } from 'node:fs/promises';
import type { Host, LaunchSpec } from './host.ts';
import { connectLocally } from './local-connect.ts';
import { localSource, receiveLocally } from './local-copy.ts';
import { localFacts } from './local-facts.ts';
import { infoOf, listOf, makeDirectoryOf, writeAtomically } from './local-file.ts';
import { localListeners } from './local-listeners.ts';
import { localPath } from './local-path.ts';
import { runLocally, spawnLocally } from './local-process.ts';
import { launchLocally, localProcessInfo, signalLocally } from './local-processes.ts';
import { bootProgram } from './shell/words.ts';

export function localHost(): Host {
  const copy: Host['upload'] = async (from, to, options = {}) =>
    receiveLocally(await localSource(from, options.signal), to, options);
  return {
    location: 'local',
    facts: async () => localFacts(),
    run: async (command) => (isPlain(command) ? runLocally(command) : (await throughShell()).run(command)),
    spawn: async (command) => (isPlain(command) ? spawnLocally(command) : (await throughShell()).spawn(command)),
    launch: async (program) => (isPlain(program) ? launchLocally(program) : (await throughShell()).launch(program)),
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

/** Node.js starts programs with text, which can't hold every byte; a shell that reads them can. */
async function throughShell(): Promise<Host> {
  const { shellHost } = await import('./shell/shell-host.ts');
  return shellHost({
    location: 'local',
    start: ({ signal }) => spawnLocally({ argv: ['/bin/sh', '-c', bootProgram], signal }),
    explain: (said) => ({ kind: 'error', error: new Error(`/bin/sh: ${said}`) }),
    close: () => Promise.resolve(),
  });
}

function isPlain({ argv, cwd = '', env = {} }: LaunchSpec): boolean {
  return [...argv, cwd, ...Object.values(env)].every((text) => text.isWellFormed());
}
