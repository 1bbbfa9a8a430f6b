// A replica that Docker Compose made carries no record of its service; this reads back what an inspect shows, so that a diff can say more
// than "the hash differs". Only fields that can be compared with certainty: a field left out is a field not compared.

import type { ContainerInspect } from '#engine/api/container.ts';
import type { ImageConfig } from '#engine/api/image.ts';
import type { Service } from '#model/project.ts';
import { environmentMark } from '#model/recorded-service.ts';

type Fields = { -readonly [Field in keyof Service]?: Service[Field] };

/** `image`: the configuration of the image that it was made from; without it, what came from the image can't be told apart. */
export function inspectedConfig(inspect: ContainerInspect, image: ImageConfig | null): Partial<Service> {
  const { Config: config, HostConfig: host } = inspect;
  const fields: Fields = {};
  if (config.Image !== undefined && !config.Image.startsWith('sha256:')) fields.image = config.Image;
  if (image !== null) {
    // Never both: a record that knows command and entrypoint counts as complete.
    if (!equal(config.Cmd ?? [], image.Cmd ?? [])) fields.command = config.Cmd ?? [];
    fields.environment = environmentBeyond(image.Env ?? [], config.Env ?? []);
    fields.labels = labelsBeyond(image.Labels ?? {}, config.Labels ?? {});
    if (differs(config.User, image.User)) fields.user = config.User;
    if (differs(config.WorkingDir, image.WorkingDir)) fields.working_dir = config.WorkingDir;
  }
  const restart = host.RestartPolicy;
  if (restart !== undefined && restart.Name !== '' && restart.Name !== 'no')
    fields.restart = restart.MaximumRetryCount ? `${restart.Name}:${restart.MaximumRetryCount}` : restart.Name;
  if (host.Privileged === true) fields.privileged = true;
  if (host.ReadonlyRootfs === true) fields.read_only = true;
  if (host.Init != null) fields.init = host.Init;
  if (config.Tty === true) fields.tty = true;
  if (config.OpenStdin === true) fields.stdin_open = true;
  if (host.Memory) fields.mem_limit = String(host.Memory);
  return fields;
}

const differs = (own: string | undefined, ofImage: string | undefined): boolean => (own ?? '') !== '' && own !== ofImage;

function environmentBeyond(ofImage: readonly string[], own: readonly string[]): Record<string, string> {
  const inherited = new Set(ofImage);
  const values: Record<string, string> = {};
  for (const entry of own) {
    if (inherited.has(entry)) continue;
    const cut = entry.indexOf('=');
    values[entry.slice(0, cut)] = environmentMark(entry.slice(cut + 1));
  }
  return values;
}

function labelsBeyond(ofImage: Readonly<Record<string, string>>, own: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(own).filter(
      ([name, value]) => !/^(com\.docker\.compose|dev\.muster|desktop\.docker)\./.test(name) && ofImage[name] !== value,
    ),
  );
}

const equal = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((word, index) => word === b[index]);
