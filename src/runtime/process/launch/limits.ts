import type { LaunchSpec, ResourceLimit } from '#api/agent/contract.ts';
import type { Service } from '#model/project.ts';

/** deploy.resources wins over the service's own older fields. */
export function limitsOf(service: Service): NonNullable<LaunchSpec['limits']> {
  const limits = service.deploy?.resources?.limits;
  return {
    ...positive('memoryBytes', limits?.memory ?? service.mem_limit),
    ...positive('cpus', limits?.cpus ?? service.cpus),
    ...positive('pids', limits?.pids ?? service.pids_limit),
  };
}

/** 0 and -1 are Compose's words for no limit. */
function positive<Name extends string>(name: Name, value: string | number | undefined): { readonly [Key in Name]?: number } {
  const number = Number(value ?? 0);
  // A computed key is typed as any string.
  return (number > 0 ? { [name]: number } : {}) as { readonly [Key in Name]?: number };
}

export function ulimitsOf({ ulimits = {} }: Service): ResourceLimit[] {
  return Object.entries(ulimits)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, limit]) =>
      typeof limit === 'number' ? { name, soft: limit, hard: limit } : { name, soft: limit.soft, hard: limit.hard },
    );
}

/** As the drivers `local` and `json-file` of Docker take them; what is not said is the agent's to choose. */
export function logSettings({ logging }: Service): LaunchSpec['log'] {
  const options = logging?.options ?? {};
  const maxBytes = sizeOf(options['max-size']);
  const files = Number(options['max-file'] ?? '');
  if (maxBytes === null && !(files > 0)) return undefined;
  return { maxBytes: maxBytes ?? 20 * 1024 * 1024, files: files > 0 ? files : 5 };
}

/** `10m`, `1g`, as Docker's own parser reads them. */
function sizeOf(text = ''): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*([kmg]?)i?b?$/i.exec(text);
  if (match === null) return null;
  const powers: Readonly<Record<string, number>> = { '': 0, k: 1, m: 2, g: 3 };
  return Math.floor(Number(match[1]) * 1024 ** (powers[(match[2] ?? '').toLowerCase()] ?? 0));
}
