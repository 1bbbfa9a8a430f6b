import type { MusterError } from '#lib/errors.ts';
import { problemAt } from './problem.ts';
import type { Services } from './selection.ts';
import { sortedKeys } from './sort.ts';
import type { Mapping } from './tree.ts';

/** Two services can't have one container_name. `isStrict`: nor one that the engine would refuse later. */
export function checkContainerNames(root: Mapping, services: Services, isStrict: boolean): MusterError[] {
  const owners = new Map<string, string>();
  const problems: MusterError[] = [];
  for (const name of sortedKeys(services)) {
    const containerName = services[name]?.container_name;
    if (containerName === undefined) continue;
    if (isStrict && !/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(containerName)) {
      problems.push(
        problemAt(root, ['services', name, 'container_name'], `"${containerName}" is not a name for a container`, {
          hint: 'use letters, digits, ".", "_" and "-"',
        }),
      );
    }
    const owner = owners.get(containerName);
    if (owner === undefined) owners.set(containerName, name);
    else {
      problems.push(
        problemAt(
          root,
          ['services', name, 'container_name'],
          `container name "${containerName}" is already in use by service ${owner}`,
          {
            code: 'NAME_COLLISION',
            hint: 'give each a name of its own, or remove container_name',
          },
        ),
      );
    }
  }
  return problems;
}
