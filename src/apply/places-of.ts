// What a change locks: two runs at the same time may call one engine, or one agent, by different names.

import { MusterError } from '#lib/errors.ts';
import type { Runtime } from '#runtime/runtime.ts';
import type { Runtimes } from './apply-plan.ts';

type Places = {
  /** By what they are called, and by what is behind that where it can be told. Sorted, so that two runs never wait for each other. */
  readonly places: readonly string[];
  /** Who could not be asked is not waited for a second time: its failure is what looking at it yields. */
  readonly runtimes: Runtimes;
};

export async function placesOf(runtimes: Runtimes, signal: AbortSignal): Promise<Places> {
  const asked = await Promise.all([...runtimes].map(async ([name, runtime]) => ({ name, ...(await ask(runtime, signal)) })));
  return {
    places: [...new Set(asked.flatMap(({ places }) => places))].sort(),
    runtimes: new Map(asked.map(({ name, runtime }) => [name, runtime])),
  };
}

async function ask(
  runtime: Runtime,
  signal: AbortSignal,
): Promise<{ readonly places: readonly string[]; readonly runtime: Runtime }> {
  const { kind, location } = runtime;
  try {
    const identity = (await runtime.identity?.({ signal })) ?? null;
    return { places: identity === null ? [location] : [location, `${kind} ${identity}`], runtime };
  } catch (error) {
    if (!(error instanceof MusterError)) throw error;
    return { places: [location], runtime: { ...runtime, observe: () => Promise.reject(error) } };
  }
}
