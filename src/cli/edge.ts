// The edge of the program: runs the command line, prints what went wrong once, sets the exit code.

import { runCommandLine } from './run.ts';

export async function main(): Promise<void> {
  process.on('uncaughtException', (error) => void fail(error));
  try {
    leave(await runCommandLine(process.argv.slice(2), process.env, process.cwd()));
  } catch (error) {
    await fail(error);
  }
}

async function fail(error: unknown): Promise<void> {
  // `muster logs | head -1`: the reader has what it wanted. 141 is what a shell reports of a program that SIGPIPE ended.
  if (error instanceof Error && 'code' in error && error.code === 'EPIPE') process.exit(141);
  leave(await printed(error));
}

/** The exit code. */
async function printed(error: unknown): Promise<number> {
  try {
    const { printFailure } = await import('./failure.ts');
    return printFailure(error, process.argv.slice(2));
  } catch {
    // An installation that was replaced under us can't load that either; without this way out it would fail again and again.
    process.stderr.write(`muster: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

/** Streams that are still open (keep-alive sockets, stdin) must not hold the program, and output must not be cut off. */
function leave(code: number): void {
  process.exitCode = code;
  process.stdout.write('', () => process.exit());
}
