// The service that `run` makes its one replica of: the file's, with what the flags add, and without ports unless they are asked for.

import { isAbsolute, resolve } from 'node:path';
import { MusterError } from '#lib/errors.ts';
import type { Port, Project, Service, VolumeMount } from '#model/project.ts';
import { parsePort } from '#compose/short-port.ts';
import { parseVolume } from '#compose/short-volume.ts';
import { serviceOf, unknownService } from '#plan/select.ts';
import type { App } from './app.ts';
import type { runFlags } from './commands/run.ts';
import type { FlagValues } from './flag-types.ts';

type RunFlags = FlagValues<typeof runFlags>;

export function serviceToRun(app: App, project: Project, name: string, flags: RunFlags): Service {
  const service = serviceOf(project, name);
  if (service === undefined) throw unknownService(project, name);
  const volumes = flags.volume.map((text) => readVolume(app, text));
  const targets = new Set(volumes.map((volume) => volume.target));
  return {
    ...service,
    ports: [...(flags['service-ports'] ? (service.ports ?? []) : []), ...flags.publish.flatMap(readPorts)],
    volumes: [...(service.volumes ?? []).filter((volume) => !targets.has(volume.target)), ...volumes],
    cap_add: [...(service.cap_add ?? []), ...flags['cap-add']],
    cap_drop: [...(service.cap_drop ?? []), ...flags['cap-drop']],
  };
}

function readPorts(text: string): Port[] {
  // The short form's parser yields the members of Port.
  return understood('-p, --publish', text, () => parsePort(text) as unknown as Port[]);
}

function readVolume(app: App, text: string): VolumeMount {
  const volume = understood('-v, --volume', text, () => parseVolume(text) as unknown as VolumeMount);
  if (volume.type !== 'bind' || volume.source === undefined) return volume;
  const home = app.environment['HOME'] ?? '';
  const source = volume.source.replace(/^~(?=\/|$)/, home);
  return { ...volume, source: isAbsolute(source) ? source : resolve(app.cwd, source) };
}

function understood<Result>(flag: string, text: string, parse: () => Result): Result {
  try {
    return parse();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new MusterError('BAD_FLAG', `invalid value "${text}" for ${flag}: ${why}`, { hint: 'see muster run --help', cause });
  }
}
