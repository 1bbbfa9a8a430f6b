// A host that a shell can be started on: over SSH, under sudo, and both over each other. Needs Linux there, POSIX sh, and the tools of
// coreutils and util-linux or busybox.

import { cancelledBy } from '#lib/cancel.ts';
import type { CommandResult, CommandSpec, Host, HostFacts, HostProcess } from '../host.ts';
import { type Control, processEnd, startCarried } from './carried-process.ts';
import type { Reach } from './reach.ts';
import { relayedConnection } from './relay.ts';
import { type RunScript, type SpawnScript, scriptCommand } from './script-runner.ts';
import { downloadThere, uploadThere } from './shell-copy.ts';
import { factsThere } from './shell-facts.ts';
import { shellFiles } from './shell-files.ts';
import { launchThere, listenersThere, processInfoThere, signalThere } from './shell-processes.ts';

export function shellHost(reach: Reach): Host {
  const control: Control = {
    signal: (process, signal) => signalThere(runScript, process, signal, true),
    async lookUp(process) {
      const found = await processInfoThere(runScript, process.pid);
      return found?.startTime === process.startTime && found.state !== 'zombie' ? found : null;
    },
  };
  const run = (command: CommandSpec): Promise<CommandResult> => collect(reach, command, control);
  const spawn = async (command: CommandSpec): Promise<HostProcess> => {
    const { status, ...process } = await startCarried(reach, command, control, false);
    const ended = status.then(processEnd);
    ended.catch(() => {});
    return { ...process, ended };
  };
  const runScript: RunScript = (name, args, options) => run({ stdin: '', ...options, argv: scriptCommand(name, args) });
  const spawnScript: SpawnScript = (name, args, options) => spawn({ ...options, argv: scriptCommand(name, args) });
  const scripts = { run: runScript, spawn: spawnScript };

  let known: Promise<HostFacts> | null = null;
  const facts = (): Promise<HostFacts> => {
    known ??= factsThere(runScript, reach.location);
    // A failed look must not be remembered.
    known.catch(() => (known = null));
    return known;
  };

  return {
    location: reach.location,
    facts,
    run,
    spawn,
    launch: (program) => launchThere(run, program),
    processInfo: (pid) => processInfoThere(runScript, pid),
    signalProcess: (process, signal, { group }) => signalThere(runScript, process, signal, group),
    ...shellFiles(runScript),
    upload: (localPath, path, options) => uploadThere(scripts, localPath, path, options),
    download: (path, localPath, options) => downloadThere(spawnScript, path, localPath, options),
    connect: reach.connect ?? ((target) => relayedConnection(spawn, target, reach.location)),
    listeners: (only) => listenersThere(runScript, only),
    close: () => reach.close(),
  };
}

async function collect(reach: Reach, command: CommandSpec, control: Control): Promise<CommandResult> {
  const process = await startCarried(reach, { stdin: '', ...command }, control, true);
  const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const drained = (['stdout', 'stderr'] as const).map(
    (name) =>
      new Promise((resolve) => {
        process[name].on('data', (chunk: Buffer) => output[name].push(chunk));
        for (const event of ['end', 'close']) process[name].once(event, resolve);
      }),
  );
  const exitCode = await process.status;
  await Promise.all(drained);
  if (command.signal?.aborted === true) throw cancelledBy(command.signal);
  return { exitCode, stdout: Buffer.concat(output.stdout), stderr: Buffer.concat(output.stderr) };
}
