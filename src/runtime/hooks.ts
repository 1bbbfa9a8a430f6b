// post_start and pre_stop: programs that run beside a replica's own, to their end.

import { MusterError } from '#lib/errors.ts';
import type { Hook } from '#model/project.ts';
import type { ExecOptions, Session } from './runtime.ts';

/** Starts a program beside the replica. */
export type Exec = (options: ExecOptions) => Promise<Session>;

export type HookRun = {
  readonly service: string;
  readonly kind: 'post_start' | 'pre_stop';
  readonly signal: AbortSignal;
};

/** One after the other; the first that fails ends it with STEP_FAILED and the last words it said. */
export async function runHooks(exec: Exec, hooks: readonly Hook[] | undefined, run: HookRun): Promise<void> {
  for (const hook of hooks ?? []) await runHook(exec, hook, run);
}

async function runHook(exec: Exec, hook: Hook, { service, kind, signal }: HookRun): Promise<void> {
  const command = hook.command ?? [];
  const session = await exec({
    command,
    tty: false,
    interactive: false,
    detach: false,
    user: hook.user ?? '',
    workingDir: hook.working_dir ?? '',
    privileged: hook.privileged ?? false,
    environment: Object.entries(hook.environment ?? {}).map(([name, value]) => (value === null ? name : `${name}=${value}`)),
    signal,
  });
  const [said, complained] = await Promise.all([tail(session.stdout), tail(session.stderr)]);
  const exitCode = await session.exit;
  if (exitCode === 0) return;
  const words = (complained || said).trim();
  throw new MusterError(
    'STEP_FAILED',
    `the ${kind} hook of ${service} ended with ${exitCode}${words === '' ? '' : `: ${words}`}`,
    {
      hint: `try it by hand: muster exec ${service} ${command.join(' ')}`,
    },
  );
}

/** Enough to see what went wrong, whatever it printed. */
async function tail(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text = (text + String(chunk)).slice(-2000);
  return text;
}
