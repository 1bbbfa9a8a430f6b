// What `up` does: the steps from what is there to what the file wants, each with its reason, in an order that dependencies dictate.

import type { Plan } from '#model/plan.ts';
import { basisOf } from './basis.ts';
import { carriedServices } from './carried.ts';
import { checkUp } from './checks/check-up.ts';
import { type Decisions, decideAll } from './decide.ts';
import { PlanDraft } from './draft.ts';
import { addHandovers } from './handover.ts';
import { mayChange, referringServices, withKnownAddresses } from './known-addresses.ts';
import { leftBehind } from './left-behind.ts';
import { addNetworks } from './networks.ts';
import type { PlanInput, UpOptions } from './options.ts';
import { addOrphans } from './orphans.ts';
import { awaitingProviders, withoutProviders } from './providers.ts';
import { selectServices } from './select.ts';
import { addVolumes } from './volumes.ts';
import { addWaitForAll } from './wait-for-all.ts';
import { weaveServices } from './weave.ts';

/** Throws every problem that can be known before anything changes. */
export function planUp(given: PlanInput<UpOptions>, verb = 'up'): Plan {
  const addresses = withKnownAddresses(given);
  const { input } = addresses;
  const { project, observed, runtimes, options = {} } = input;
  const selected = selectServices(project, options.services, options.noDeps);
  const awaiting = awaitingProviders(selected, input.provided);
  const services = carriedServices(input, withoutProviders(selected));
  const draft = new PlanDraft();
  draft.notes.push(...checkUp(input, services));
  const orphans = addOrphans(draft, project, observed, options);
  const networks = addNetworks(draft, project, observed, services);
  const volumes = addVolumes(draft, project, observed, services, options.recreateVolumes);
  const decisions = decideAll(
    input,
    services,
    volumes.recreated.flatMap((volume) => volume.users),
    new Set([...addresses.unknown, ...awaiting.keys()]),
  );
  const { referring } = addresses;
  const woven = weaveServices({ draft, services, observed, runtimes, options, decisions, networks, volumes, orphans, referring });
  draft.notes.push(...mayChange(addresses, decisions), ...mayBeGiven(awaiting, decisions));
  draft.notes.push(...leftBehind(project, observed, services, decisions));
  addHandovers(draft, services, woven, orphans, runtimes);
  if (options.wait === true && options.noStart !== true) addWaitForAll(draft, services, woven, options.waitTimeoutSeconds);
  return draft.finish({ project: project.name, verb, basis: basisOf(input, options) });
}

/** Until the programs have run, nobody can tell whether what they give is still the same. */
function mayBeGiven(awaiting: ReturnType<typeof awaitingProviders>, { byService }: Decisions): string[] {
  return [...awaiting].flatMap(([name, providers]) =>
    (byService.get(name)?.kept.length ?? 0) === 0
      ? []
      : [`${name} is replaced if what ${providers.join(' or ')} gives it changed`],
  );
}

/** `create`: everything but starting. */
export function planCreate(input: PlanInput<UpOptions>): Plan {
  return planUp({ ...input, options: { ...input.options, noStart: true } }, 'create');
}

/** `scale web=3`: an `up` of the services that are named. */
export function planScale(input: PlanInput<UpOptions>): Plan {
  const scale = input.options?.scale ?? {};
  return planUp({ ...input, options: { services: Object.keys(scale), ...input.options } }, 'scale');
}

/** After an `up`: those who refer to an address that came out different. null: nobody refers to any. */
export function planAddresses(input: PlanInput<UpOptions>): Plan | null {
  const { project, options = {} } = input;
  const chosen = selectServices(project, options.services, options.noDeps);
  const services = [...referringServices(project).keys()].filter((name) => Object.hasOwn(chosen, name));
  if (services.length === 0 || options.noStart === true) return null;
  const recreate = options.recreate === 'never' ? 'never' : 'diverged';
  const again = { recreate, renewAnonymousVolumes: false, removeOrphans: false, ignoreOrphans: true, noDeps: true } as const;
  return planUp({ ...input, options: { ...options, ...again, services } });
}
