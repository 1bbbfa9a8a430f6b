import type { TraitsByRuntime } from '#model/runtime-traits.ts';
import type { Runtime } from '#runtime/runtime.ts';

/** What the planner gets to know of runtimes. */
export function traitsOf(runtimes: ReadonlyMap<string, Runtime>): TraitsByRuntime {
  return Object.fromEntries([...runtimes].map(([name, { traits }]) => [name, traits]));
}
