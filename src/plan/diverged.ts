// Whether a replica is still what the file asks for, and if not, why.

import { label } from '#model/labels.ts';
import type { FieldChange } from '#model/plan.ts';
import type { ObservedReplica } from '#model/observed.ts';
import type { Project, Service } from '#model/project.ts';
import { diffService } from './diff-service.ts';
import { runtimeOf } from './placed.ts';
import { serviceOf } from './select.ts';

export type Reason = { readonly cause: string; readonly changes: readonly FieldChange[] };

export type Wanted = {
  readonly project: Project;
  readonly name: string;
  readonly service: Service;
  /** '' when the loader gave none: then nothing can be compared. */
  readonly configHash: string;
  /** The same by Docker Compose v5's rules. */
  readonly v5ConfigHash: string;
  readonly musterHash: string;
  /** Id of the image that the service's reference means now; null when that is not known. */
  readonly imageId: string | null;
  readonly sources: Readonly<Record<string, string>>;
};

/** null: the replica is up to date. */
export function whyDiverged(replica: ObservedReplica, wanted: Wanted): Reason | null {
  if (replica.state === 'dead') return { cause: 'it is dead: the engine could not remove it', changes: [] };
  const changes: FieldChange[] = [];
  const causes: string[] = [];
  if (hashDiffers(replica, wanted)) {
    const differences =
      replica.config === null
        ? []
        : diffService(replica.config, serviceOf(wanted.project, wanted.name) ?? wanted.service, wanted.sources);
    changes.push(...differences);
    causes.push(differences.length === 0 ? 'its configuration changed (it does not record in what)' : causeOf(differences));
  }
  const runtime = runtimeOf(wanted.service);
  if (replica.runtime !== runtime) {
    changes.push({ field: 'runtime', from: replica.runtime, to: runtime });
    causes.push(`it moves from ${replica.runtime} to ${runtime}`);
  }
  if (wanted.imageId !== null && replica.imageId !== '' && replica.imageId !== wanted.imageId) {
    changes.push({ field: 'image', from: shortId(replica.imageId), to: shortId(wanted.imageId) });
    causes.push('image is newer');
  }
  for (const network of missingNetworks(replica, wanted)) causes.push(`not attached to network ${network}`);
  for (const volume of missingVolumes(replica, wanted)) causes.push(`volume ${volume} is not mounted`);
  return causes.length === 0 ? null : { cause: causes.join('; '), changes };
}

function hashDiffers(replica: ObservedReplica, wanted: Wanted): boolean {
  if (replica.musterHash !== '' && wanted.musterHash !== '') return replica.musterHash !== wanted.musterHash;
  if (wanted.configHash === '') return false;
  return replica.configHash !== (isOfComposeV5(replica) ? wanted.v5ConfigHash : wanted.configHash);
}

/** Only its own are compared by its rules: the same hash by the others may stand for another configuration. */
function isOfComposeV5({ labels }: ObservedReplica): boolean {
  return Number.parseInt(labels[label.version]?.replace(/^v/, '') ?? '') >= 5;
}

/** `command changed`, `command and 2 more fields changed`. */
function causeOf(changes: readonly FieldChange[]): string {
  const fields = [...new Set(changes.map((change) => change.field.split(/[.[]/)[0] ?? change.field))];
  if (fields.length <= 2) return `${fields.join(' and ')} changed`;
  return `${fields[0]} and ${fields.length - 1} more fields changed`;
}

function missingNetworks(replica: ObservedReplica, { project, service }: Wanted): string[] {
  if (service.network_mode !== undefined) return [];
  return Object.keys(service.networks ?? {}).filter((key) => {
    const network = project.networks[key];
    return network !== undefined && !replica.networks.includes(network.name);
  });
}

function missingVolumes(replica: ObservedReplica, { project, service }: Wanted): string[] {
  return namedVolumes(service).filter((key) => {
    const volume = project.volumes[key];
    return volume !== undefined && !replica.volumes.includes(volume.name);
  });
}

/** Keys of the named volumes that the service mounts. */
export function namedVolumes(service: Service): string[] {
  const keys = (service.volumes ?? []).flatMap((mount) => (mount.type === 'volume' && mount.source ? [mount.source] : []));
  return [...new Set(keys)];
}

export function shortId(id: string): string {
  return /^sha256:[0-9a-f]{64}$/.test(id) ? `${id.slice(0, 'sha256:'.length + 12)}…` : id;
}
