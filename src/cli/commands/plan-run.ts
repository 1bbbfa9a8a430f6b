import type { Invocation, Run } from '../command.ts';
import type { FlagTable, FlagValues } from '../flag-types.ts';
import type { planFlags } from './plan.ts';

/** Runs a changing command as --dry-run does, with plan's own format and exit code. */
export async function planOnly(run: Run<FlagTable>, invocation: Invocation<FlagTable>): Promise<number | void> {
  // Every command in plan's table has plan's flags beside its own.
  const flags = invocation.flags as FlagValues<FlagTable> & FlagValues<typeof planFlags>;
  const planning = { asJson: flags.format === 'json', detailedExitCode: flags['detailed-exitcode'] };
  const { app } = invocation;
  return run({ ...invocation, app: { ...app, globals: { ...app.globals, dryRun: true }, planning } });
}
