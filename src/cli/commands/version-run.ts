import { musterVersion } from '#lib/version.ts';
import type { Invocation } from '../command.ts';
import type { versionFlags } from './version.ts';

export async function run({ app, flags }: Invocation<typeof versionFlags>): Promise<void> {
  const { stdout } = app.terminal;
  if (flags.short) stdout.write(`${musterVersion}\n`);
  else if (flags.format === 'json') stdout.write(`${JSON.stringify({ version: musterVersion })}\n`);
  else stdout.write(`muster version ${musterVersion}\n`);
}
