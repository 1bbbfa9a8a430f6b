// Image references as people write them, and what they stand for.
// Grammar: https://github.com/distribution/reference (domain, path, tag, digest).

export type Reference = {
  /** `docker.io`, `registry.example:5000`. */
  readonly registry: string;
  /** `library/redis`. */
  readonly repository: string;
  /** '' only beside a digest. */
  readonly tag: string;
  /** `sha256:…` or ''. */
  readonly digest: string;
};

const pattern = /^([^@]+?)(?::([\w][\w.-]{0,127}))?(?:@([a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-f]{32,}))?$/i;
const pathPart = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const registryName = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:.]+\])(?::\d+)?$/i;

/** null when it is no reference (an upper-case name, a space, an empty part). */
export function parseReference(text: string): Reference | null {
  const [, name, tag, digest] = pattern.exec(text) ?? [];
  if (name === undefined) return null;
  const { registry, path } = splitRegistry(name);
  if (registry !== null && !registryName.test(registry)) return null;
  const parts = path.split('/');
  if (!parts.every((part) => pathPart.test(part))) return null;
  const onHub = registry === null || registry === 'docker.io' || registry === 'index.docker.io';
  return {
    registry: onHub ? 'docker.io' : registry,
    repository: onHub && parts.length === 1 ? `library/${path}` : path,
    tag: tag ?? (digest === undefined ? 'latest' : ''),
    digest: digest ?? '',
  };
}

/** The short form that engines and people use: `redis:7`, `registry.example:5000/team/app@sha256:…`. */
export function familiarReference({ registry, repository, tag, digest }: Reference): string {
  const onHub = registry === 'docker.io';
  const name = onHub ? repository.replace(/^library\/(?=[^/]+$)/, '') : `${registry}/${repository}`;
  return `${name}${tag && `:${tag}`}${digest && `@${digest}`}`;
}

/** With registry and path in full, as digests are locked: `docker.io/library/redis:7@sha256:…`. */
export function fullReference({ registry, repository, tag, digest }: Reference): string {
  return `${registry}/${repository}${tag && `:${tag}`}${digest && `@${digest}`}`;
}

/** The first part is a registry if it could not be part of a Hub name. */
function splitRegistry(name: string): { registry: string | null; path: string } {
  const slash = name.indexOf('/');
  const first = name.slice(0, slash);
  const isRegistry = slash !== -1 && (/[.:[]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  return isRegistry ? { registry: first, path: name.slice(slash + 1) } : { registry: null, path: name };
}
