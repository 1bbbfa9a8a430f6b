// What every runtime keeps, whatever it runs. `make` says how to write a service for it; nothing here names an engine.

import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { Bench, type Files, type MadeRuntime } from './runtime-bench.ts';
import { lifeContract } from './runtime-life.ts';
import { sessionContract } from './runtime-sessions.ts';
import { streamContract } from './runtime-streams.ts';
import { waitContract } from './runtime-waits.ts';
import type { Service } from '#model/project.ts';

/** Makes a bench for services that are written with the runtime's own `service`. */
export type MakeBench = (services: (made: MadeRuntime) => Readonly<Record<string, Service>>, files?: Files) => Bench;

export function runtimeContract(name: string, make: () => Promise<MadeRuntime>): void {
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
    waitContract(bench);
    streamContract(bench);
    sessionContract(bench);
  });
}
