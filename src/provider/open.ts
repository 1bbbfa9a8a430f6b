// Programs that look after services, by Docker Compose's protocol: `<program> compose --project-name=P up --key=value SERVICE`, JSON lines back.
// https://github.com/docker/compose/blob/main/docs/extension.md

import { MusterError } from '#lib/errors.ts';
import type { ProviderCall, Providers } from '#model/provided.ts';
import { providerArguments } from './arguments.ts';
import { type Place, findProgram } from './find-program.ts';
import { readParameters, type Verb } from './metadata.ts';
import { runProgram } from './run-program.ts';

export function openProviders(place: Place): Providers {
  const perform = async (verb: Verb, call: ProviderCall): Promise<Readonly<Record<string, string>>> => {
    const { service, provider } = call;
    const program = findProgram(service, provider, place);
    try {
      const parameters = await readParameters(program, verb, { ...call, cwd: place.cwd });
      if (verb === 'stop' && parameters === null) return {};
      return await runProgram([program, ...providerArguments(verb, call, parameters)], { ...call, cwd: place.cwd });
    } catch (cause) {
      if (cause instanceof MusterError) throw cause;
      throw notStarted(program, service, cause);
    }
  };
  return {
    concurrency: 8,
    find: (service, provider) => void findProgram(service, provider, place),
    up: (call) => perform('up', call),
    down: async (call) => void (await perform('down', call)),
    stop: async (call) => {
      if (isThere(call, place)) await perform('stop', call);
    },
  };
}

function isThere({ service, provider }: ProviderCall, place: Place): boolean {
  try {
    findProgram(service, provider, place);
    return true;
  } catch (error) {
    if (error instanceof MusterError && error.code === 'PROVIDER_MISSING') return false;
    throw error;
  }
}

function notStarted(program: string, service: string, cause: unknown): MusterError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new MusterError('PROVIDER_FAILED', `service ${service}: its provider can't be started: ${why}`, {
    hint: `see whether ${program} can be run by hand`,
    cause,
  });
}
