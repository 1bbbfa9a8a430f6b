// Which runtimes a command has to look at: those that the file names and those that the project used before; without a file all that may be
// there.

import { localHostName } from '#model/host-location.ts';
import { type Placement, type PlacementRules, placementNamed, placementOf, runtimeName } from '#model/placement.ts';
import type { Project } from '#model/project.ts';

export type Candidate = {
  readonly name: string;
  readonly placement: Placement;
  /** `needed`: nothing is changed without it. `used`: something may be left there. `possible`: nobody said that it is there. */
  readonly why: 'needed' | 'used' | 'possible';
};

export type Known = {
  /** null: no file, or one that was not read. */
  readonly file: Project | null;
  readonly rules: PlacementRules;
  /** Someone said what the default is: --runtime. */
  readonly isChosen: boolean;
  /** Names of the runtimes that the project used last. */
  readonly used: readonly string[];
  /** Kinds that have kept something on this machine. */
  readonly present: readonly string[];
};

/** By name. */
export function candidates({ file, rules, isChosen, used, present }: Known): Candidate[] {
  const found = new Map<string, Candidate>();
  const add = (placement: Placement, why: Candidate['why']): void => {
    const name = runtimeName(placement);
    if (!found.has(name)) found.set(name, { name, placement, why });
  };
  for (const service of Object.values(file?.services ?? {})) add(placementOf(file as Project, service, rules), 'needed');
  for (const name of used) add(placementNamed(name), 'used');
  // Those that are not wanted now may run all the same.
  for (const service of Object.values(file?.disabledServices ?? {})) add(placementOf(file as Project, service, rules), 'used');
  const possible = file === null ? present : [];
  const isOnlyOne = found.size === 0 && possible.length === 0;
  if (file === null || isOnlyOne) add(rules.fallback, isChosen || isOnlyOne ? 'needed' : 'possible');
  for (const kind of possible) add({ kind, host: localHostName }, 'possible');
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
