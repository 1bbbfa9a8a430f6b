// Deterministic names: the ones Docker Compose gives, so that either tool finds the other's replicas.

/** `<project>-<service>-<n>`, or with `_` under --compatibility. */
export function replicaName(project: string, service: string, number: number, separator: '-' | '_' = '-'): string {
  return [project, service, String(number)].join(separator);
}

/** The image that a built service without `image:` gets. */
export function builtImageName(project: string, service: string, separator: '-' | '_' = '-'): string {
  return `${project}${separator}${service}`;
}

/** What a replica is called while it is made to replace another one: the one that Docker Compose gives, too. */
export function temporaryName(replacedId: string, name: string): string {
  return `${replacedId.slice(0, 12)}_${name}`;
}
