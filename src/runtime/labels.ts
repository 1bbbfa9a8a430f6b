// The labels that every runtime keeps with what it makes: whoever has no Compose file reads the project from them.

import { label } from '#model/labels.ts';
import type { Project, Service } from '#model/project.ts';
import { recordService, recordedText } from '#model/recorded-service.ts';

// Docker Compose recreates nothing because of this label, and some tools read a version from it; the one whose labels and hashes
// these are is the honest value.
export const composeVersion = '2.40.3';

export type LabelFacts = {
  readonly project: Project;
  readonly service: string;
  readonly definition: Service;
  /** null for one-offs. */
  readonly number: number | null;
  /** '' where replicas are not made from images. */
  readonly imageId: string;
  /** Docker Compose's, in the form that it would record. */
  readonly configHash: string;
  readonly musterHash: string;
  /** `secret:db_password` -> sha256 hex. */
  readonly sources: Readonly<Record<string, string>>;
  /** One-offs have a slug instead of a number. */
  readonly slug?: string;
  readonly replaces?: boolean;
  readonly extra?: Readonly<Record<string, string>>;
};

export function replicaLabels(facts: LabelFacts): Record<string, string> {
  const { project, service, definition, number } = facts;
  const labels: Record<string, string> = {
    ...definition.labels,
    ...facts.extra,
    [label.project]: project.name,
    [label.service]: service,
    [label.oneOff]: number === null ? 'True' : 'False',
    [label.configHash]: facts.configHash,
    [label.workingDir]: project.workingDir,
    [label.configFiles]: project.composeFiles.join(','),
    [label.dependsOn]: dependsOn(definition),
    [label.version]: composeVersion,
    [label.musterConfig]: recordedText(recordService(definition, facts.sources)),
  };
  if (facts.imageId !== '') labels[label.image] = facts.imageId;
  if (facts.musterHash !== '') labels[label.musterHash] = facts.musterHash;
  if (number !== null) labels[label.number] = String(number);
  if (facts.slug !== undefined) labels[label.slug] = facts.slug;
  if (facts.replaces === true) labels[label.replace] = definition.container_name ?? `${service}-${number}`;
  if (project.envFiles.length > 0) labels[label.environmentFile] = project.envFiles.join(',');
  return labels;
}

export function networkLabels(project: Project, key: string): Record<string, string> {
  return {
    ...project.networks[key]?.labels,
    [label.project]: project.name,
    [label.network]: key,
    [label.version]: composeVersion,
    [label.configHash]: project.networkHashes[key] ?? '',
  };
}

export function volumeLabels(project: Project, key: string): Record<string, string> {
  return {
    ...project.volumes[key]?.labels,
    [label.project]: project.name,
    [label.volume]: key,
    [label.version]: composeVersion,
    [label.configHash]: project.volumeHashes[key] ?? '',
  };
}

/** `db:service_healthy:false,…`: condition, and whether it is restarted with its dependency. */
function dependsOn(service: Service): string {
  return Object.entries(service.depends_on ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { condition, restart }]) => `${name}:${condition}:${restart === true}`)
    .join(',');
}
