// References to addresses, as a plan sees them: what is known is put in, so that a changed address is a changed service; what is not
// known yet (its service does not run) is left to the moment when the replica is made.

import type { Project, Service } from '#model/project.ts';
import { type Reference, referencesIn, resolveReferences } from '#model/reference.ts';
import { addressOf, type World } from './addresses.ts';
import type { Decisions } from './decide.ts';
import { musterHashWith } from './muster-hashes.ts';
import type { PlanInput } from './options.ts';

export type KnownAddresses<Options> = {
  readonly input: PlanInput<Options>;
  /** Services that refer to others, and to which. */
  readonly referring: Referring;
  /** Those of them with a reference that has no value yet: whether their replicas are up to date can't be told. */
  readonly unknown: ReadonlySet<string>;
};

export type Referring = ReadonlyMap<string, readonly string[]>;

export function withKnownAddresses<Options>(input: PlanInput<Options>): KnownAddresses<Options> {
  const referring = referringServices(input.project);
  const unknown = new Set<string>();
  if (referring.size === 0) return { input, referring, unknown };
  const services: Record<string, Service> = { ...input.project.services };
  const musterHashes: Record<string, string> = { ...input.musterHashes };
  for (const name of referring.keys()) {
    const { service, values, missing } = resolvedService(name, input);
    if (missing.length > 0) unknown.add(name);
    services[name] = service;
    musterHashes[name] = musterHashWith(input.musterHashes[name] ?? '', values);
  }
  return { input: { ...input, project: { ...input.project, services }, musterHashes }, referring, unknown };
}

/** In name order. */
export function referringServices(project: Project): Referring {
  const found = new Map<string, readonly string[]>();
  for (const name of Object.keys(project.services).sort()) {
    const targets = new Set(referencesIn(project.services[name]).map((reference) => reference.service));
    if (targets.size > 0) found.set(name, [...targets].sort());
  }
  return found;
}

export type ResolvedService = {
  readonly service: Service;
  /** `${db.ip}` -> `172.18.0.2`. */
  readonly values: Readonly<Record<string, string>>;
  readonly missing: readonly { readonly reference: Reference; readonly why: string }[];
};

/** The service with all that is known now. */
export function resolvedService(name: string, world: World): ResolvedService {
  const values: Record<string, string> = {};
  const missing: ResolvedService['missing'][number][] = [];
  const service = resolveReferences(world.project.services[name] as Service, (reference) => {
    const found = addressOf(reference, name, world);
    if ('value' in found) return (values[reference.text] = found.value);
    missing.push({ reference, why: found.why });
    return null;
  });
  return { service, values, missing };
}

/** What a plan can't tell yet: who is replaced once an address turns out to be another one. */
export function mayChange({ referring, unknown }: KnownAddresses<unknown>, { byService }: Decisions): string[] {
  return [...referring].flatMap(([name, targets]) => {
    if ((byService.get(name)?.kept.length ?? 0) === 0) return [];
    const moving = targets.filter((target) => unknown.has(name) || (byService.get(target)?.replaced.length ?? 0) > 0);
    return moving.length === 0 ? [] : [`${name} is replaced if the address of ${moving.join(' or ')} changes`];
  });
}
