import { resolve } from 'node:path';
import { runAgent } from '#agent/run-agent.ts';
import { agentPlaces } from '#api/agent/places.ts';
import { runtimeDirectory } from '#lib/runtime-directory.ts';
import { stateDirectory } from '#lib/state-directory.ts';
import type { Invocation } from '../command.ts';
import type { agentFlags } from './agent.ts';

/** That another agent was first is no failure: whoever wanted one has one. */
export async function run({ app, flags }: Invocation<typeof agentFlags>): Promise<void> {
  const { environment, cwd } = app;
  const places =
    flags.directory !== '' && flags.socket !== ''
      ? { directory: flags.directory, socket: flags.socket }
      : agentPlaces({
          stateDirectory: stateDirectory(environment),
          runtimeDirectory: runtimeDirectory(environment, process.getuid?.()),
        });
  await runAgent({
    directory: resolve(cwd, places.directory),
    socket: resolve(cwd, places.socket),
    idleMs: flags['idle-timeout'] * 1000,
    after: flags.after,
  });
}
