import { createInterface } from 'node:readline';
import { spawnLocally } from '#host/local-process.ts';
import { cancelledBy, untilAborted } from '#lib/cancel.ts';
import { MusterError } from '#lib/errors.ts';
import type { ProviderCall } from '#model/provided.ts';
import { messageIn } from './message.ts';

type Setting = ProviderCall & { readonly cwd: string };

/** Runs it to its end, or ends it with the signal; yields the variables that it set. */
export async function runProgram(
  argv: readonly [string, ...string[]],
  setting: Setting,
): Promise<Readonly<Record<string, string>>> {
  const { service, environment: env, cwd, signal, progress, output } = setting;
  const strange = new AbortController();
  const ending = AbortSignal.any([signal, strange.signal]);
  const program = await spawnLocally({ argv, env, cwd, stdin: '', signal: ending });
  const variables: Record<string, string> = {};
  let lastError: string | null = null;
  let lastComplaint = '';
  const listen = async (): Promise<void> => {
    for await (const line of createInterface({ input: program.stdout })) {
      if (line.trim() === '') continue;
      const message = messageIn(line, service);
      if (message === null) strange.abort();
      else if (message.type === 'variable') variables[message.name] = message.value;
      else if (message.type === 'info') progress(firstLine(message.text));
      else if (message.type === 'error') lastError = message.text.trimEnd();
    }
  };
  const listenToComplaints = async (): Promise<void> => {
    for await (const line of createInterface({ input: program.stderr })) {
      if (line.trim() !== '') lastComplaint = line;
      output(line);
    }
  };
  const said = Promise.all([listen(), listenToComplaints()]);
  const { exitCode, signal: killedBy } = await program.ended;
  // Of one that was ended, the rest may never come: what it started can still hold its outputs.
  await untilAborted(said, ending).catch((error: unknown) => {
    if (!ending.aborted) throw error;
  });
  if (signal.aborted) throw cancelledBy(signal);
  // What it said is not repeated: it may have been meant for nobody's eyes.
  if (strange.signal.aborted) throw failed(setting, 'it says what is no message of the protocol, or of a newer one');
  if (lastError !== null) throw failed(setting, lastError);
  if (exitCode === 0) return variables;
  const how = killedBy === null ? `exit code ${exitCode}` : killedBy;
  throw failed(setting, lastComplaint === '' ? `it ended with ${how}` : `${lastComplaint} (${how})`);
}

function failed({ service, provider: { type } }: Setting, why: string): MusterError {
  return new MusterError('PROVIDER_FAILED', `service ${service}: its provider ${type} failed: ${why}`, {
    hint: 'run the same command again once it works',
  });
}

const firstLine = (text: string): string => text.trimEnd().split('\n', 1)[0] ?? '';
