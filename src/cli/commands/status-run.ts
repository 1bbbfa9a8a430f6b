import { findApplication } from '../application.ts';
import type { Invocation } from '../command.ts';
import { withRuntimes } from '../connect.ts';
import { interruptedExitCode } from '../interrupts.ts';
import { lookAtStatus } from '../look-at-status.ts';
import { statusJson, statusTable } from '../render/status.ts';
import { watchStatus } from '../watch-status.ts';
import type { statusFlags } from './status.ts';

/** Not everything is healthy. */
const notHealthy = 3;

export async function run({ app, flags, args }: Invocation<typeof statusFlags>): Promise<number> {
  const { name, project: file } = await findApplication(app);
  return withRuntimes(app, { project: name, file }, async (opened) => {
    const scope = { ...opened, app, name, file, services: args };
    if (flags.watch) {
      await watchStatus(scope, flags.format);
      return interruptedExitCode;
    }
    const found = await lookAtStatus(scope);
    const { stdout } = app.terminal;
    stdout.write(`${flags.format === 'json' ? statusJson(found) : statusTable(found, stdout).join('\n')}\n`);
    return found.status === 'healthy' ? 0 : notHealthy;
  });
}
