import { musterOf } from '#model/muster-extension.ts';
import type { Service } from '#model/project.ts';
import { oneOffService } from '../one-off.ts';
import type { RunOptions } from '../runtime.ts';

/** The service as one `run` wants it: what was asked for on the command line counts above `x-muster.process`, too. */
export function nativeOneOff(service: Service, options: RunOptions): Service {
  const changed = oneOffService(service, options);
  const extension = musterOf(service);
  const { process } = extension;
  if (process === undefined) return changed;
  const { command, entrypoint } = options;
  const argv = command === null && entrypoint === null ? process.command : [...(entrypoint ?? []), ...(command ?? [])];
  // Where the command line sets a variable, the file's native value gives way.
  const named = new Set(options.environment.map((entry) => entry.split('=')[0]));
  const environment = Object.entries(process.environment ?? {}).filter(([name]) => !named.has(name));
  return {
    ...changed,
    'x-muster': {
      ...extension,
      process: {
        ...process,
        ...(argv === undefined ? {} : { command: argv }),
        environment: Object.fromEntries(environment),
        ...(options.user === '' ? {} : { user: options.user }),
        ...(options.workingDir === '' ? {} : { working_dir: options.workingDir }),
      },
    },
  };
}
