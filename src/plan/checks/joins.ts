// A namespace or volume of another replica can be joined only where that one is. The loader says so with a place, where the file alone
// decides who runs where; this is for what the command line decides.

import { MusterError } from '#lib/errors.ts';
import { type Services, namespaceParents } from '../dependencies.ts';
import { runtimeOf } from '../placed.ts';

export function checkJoins(services: Services): MusterError[] {
  return Object.entries(services).flatMap(([name, service]) =>
    namespaceParents(service).flatMap((parent) => {
      const other = services[parent];
      if (other === undefined || runtimeOf(other) === runtimeOf(service)) return [];
      const where = `which runs on ${runtimeOf(other)}, while ${name} runs on ${runtimeOf(service)}`;
      return [
        new MusterError('UNSUPPORTED', `service ${name} joins ${parent}, ${where}`, {
          hint: 'run both on the same runtime and host (x-muster), or share over the network',
        }),
      ];
    }),
  );
}
