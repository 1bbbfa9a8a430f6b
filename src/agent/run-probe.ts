// A health check's program.

import { once } from 'node:events';
import type { LaunchSpec } from '#api/agent/contract.ts';
import type { Looked } from './health/probe.ts';
import { withinMs } from '#lib/within-ms.ts';
import { spawnBeside } from './program.ts';
import type { Setting } from './setting.ts';

const drainMs = 1000;

type Wanted = {
  readonly id: string;
  readonly spec: LaunchSpec;
  readonly hostsFile: string | null;
  readonly argv: readonly string[];
  readonly signal: AbortSignal;
};

/** Rejects when the signal fires; the program and all of its group are killed then. */
export async function runProbe({ id, spec, hostsFile, argv, signal }: Wanted, setting: Setting): Promise<Looked> {
  const child = spawnBeside(
    { id, spec: { ...spec, argv: argv as LaunchSpec['argv'] }, hostsFile, tty: false, stdin: false, output: 'pipe' },
    setting,
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      if (output.length < 4096) output += text;
    });
  }
  const endGroup = (): void => {
    // It has not been waited for, so its number is its own.
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  signal.addEventListener('abort', endGroup, { once: true });
  try {
    const closed = once(child, 'close').catch(() => undefined);
    const [code] = (await once(child, 'exit')) as [number | null];
    signal.throwIfAborted();
    // What it wrote may come after its end; what it has left behind may keep its outputs open for ever.
    await withinMs(closed, drainMs);
    return { exitCode: code ?? 1, output };
  } finally {
    signal.removeEventListener('abort', endGroup);
    child.stdout?.destroy();
    child.stderr?.destroy();
  }
}
