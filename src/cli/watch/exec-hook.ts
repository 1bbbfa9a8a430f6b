// sync+exec: a program in each replica that runs, after the files are there.

import { createInterface } from 'node:readline';
import type { Readable } from '#apply/joined-runtimes.ts';
import { MusterError } from '#lib/errors.ts';
import type { ObservedReplica } from '#model/observed.ts';
import type { Hook } from '#model/project.ts';

export type HookRequest = {
  readonly runtime: Pick<Readable, 'observe' | 'exec'>;
  readonly project: string;
  readonly service: string;
  readonly hook: Hook;
  /** What a variable without a value has. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A line of its output. */
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
};

/** In all of them at the same time. Rejects with STEP_FAILED when it ends with another code than 0 in one. */
export async function runInReplicas(request: HookRequest): Promise<void> {
  const { runtime, project, service, signal } = request;
  const { replicas } = await runtime.observe({ project, only: 'replicas', signal });
  const running = replicas.filter((one) => one.service === service && !one.oneOff && one.state === 'running');
  const ended = await Promise.allSettled(running.map((replica) => runIn(replica, request)));
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
}

async function runIn(replica: ObservedReplica, { runtime, hook, environment, say, signal }: HookRequest): Promise<void> {
  const command = hook.command ?? [];
  const session = await runtime.exec(replica, {
    command,
    tty: false,
    interactive: false,
    detach: false,
    user: hook.user ?? '',
    workingDir: hook.working_dir ?? '',
    privileged: hook.privileged ?? false,
    environment: Object.entries(hook.environment ?? {}).flatMap(([name, value]) => {
      const known = value ?? environment[name];
      return known === undefined ? [] : [`${name}=${known}`];
    }),
    signal,
  });
  await Promise.all([tellLines(session.stdout, say), tellLines(session.stderr, say)]);
  const exitCode = await session.exit;
  if (exitCode === 0) return;
  throw new MusterError('STEP_FAILED', `the command of develop.watch ended with ${exitCode} in ${replica.name}`, {
    hint: `try it by hand: muster exec ${replica.service} ${command.join(' ')}`,
  });
}

async function tellLines(stream: NodeJS.ReadableStream, say: (text: string) => void): Promise<void> {
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) say(line);
}
