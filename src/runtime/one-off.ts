import type { Service } from '#model/project.ts';
import type { RunOptions } from './runtime.ts';

/** The service as this one run wants it. A new entrypoint without a command does not get the service's words as arguments. */
export function oneOffService(service: Service, options: RunOptions): Service {
  const environment: Record<string, string | null> = { ...service.environment };
  for (const entry of options.environment) {
    const cut = entry.indexOf('=');
    if (cut === -1) environment[entry] = null;
    else environment[entry.slice(0, cut)] = entry.slice(cut + 1);
  }
  return {
    ...service,
    environment,
    command: options.command ?? (options.entrypoint === null ? service.command : []),
    entrypoint: options.entrypoint ?? service.entrypoint,
    user: options.user === '' ? service.user : options.user,
    working_dir: options.workingDir === '' ? service.working_dir : options.workingDir,
  };
}
