// What every runtime keeps, whatever it runs. `make` says how to write a service for it; nothing here names an engine. What is behind a handle
// differs in one way only: a runtime launched it, or attached to it.

import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { attachedContract } from './runtime-attached.ts';
import { Bench, type Files, type MadeRuntime } from './runtime-bench.ts';
import { fileContract } from './runtime-files.ts';
import { lifeContract } from './runtime-life.ts';
import { programContract } from './runtime-programs.ts';
import { sessionContract } from './runtime-sessions.ts';
import { streamContract } from './runtime-streams.ts';
import { waitContract } from './runtime-waits.ts';
import type { Service } from '#model/project.ts';

/** Makes a bench for services that are written with the runtime's own `service`. */
export type MakeBench = (services: (made: MadeRuntime) => Readonly<Record<string, Service>>, files?: Files) => Bench;

export function runtimeContract(
  name: string,
  make: () => Promise<MadeRuntime>,
  behind: 'launched' | 'attached' = 'launched',
): void {
  describe(`runtime ${name}`, () => {
    let made: MadeRuntime;
    const benches: Bench[] = [];
    const bench: MakeBench = (services, files) => {
      const next = new Bench(made, services(made), files);
      benches.push(next);
      return next;
    };
    beforeAll(async () => {
      made = await make();
      expect(made.runtime.traits.attachesOnly === true ? 'attached' : 'launched').toBe(behind);
    });
    afterEach(async () => {
      const used = benches.splice(0);
      for (const each of used) each.abort();
      await made.removeProjects(used.map((each) => each.name));
    });
    afterAll(async () => {
      await made.runtime.close();
      await made.close();
    });

    lifeContract(bench);
    if (behind === 'attached') return attachedContract(bench);
    programContract(bench);
    waitContract(bench);
    streamContract(bench);
    sessionContract(bench);
    fileContract(bench);
  });
}
