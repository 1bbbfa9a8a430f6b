// Rules between elements: references that must exist, attributes that exclude each other, dependencies without cycles.

import type { ErrorCode, MusterError } from '#lib/errors.ts';
import { secretHeadersOf } from '#model/muster-extension.ts';
import type { PlacementRules } from '#model/placement.ts';
import type { Service } from '#model/project.ts';
import type { Elements } from './assemble.ts';
import { builtContexts, checkBuiltContexts } from './build-contexts.ts';
import { findCycle } from './cycle.ts';
import { checkMuster, needsImage } from './muster-consistency.ts';
import { nearestName } from './nearest.ts';
import { problemAt } from './problem.ts';
import type { Selection } from './selection.ts';
import { sortedKeys } from './sort.ts';
import type { Mapping, PathKey } from './tree.ts';

export type ConsistencyInput = {
  readonly root: Mapping;
  readonly elements: Elements;
  readonly selection: Selection;
  readonly placement: PlacementRules;
  /** Images that are built from one another can't be built, but Docker Compose's `config` prints them. */
  readonly mayBuildInCircles: boolean;
};

export function checkConsistency(input: ConsistencyInput): MusterError[] {
  const problems: MusterError[] = [];
  for (const name of sortedKeys(input.selection.enabled))
    checkService(name, input.selection.enabled[name] as Service, input, problems);
  checkSecrets(input, problems);
  checkCycles(input, problems);
  return problems;
}

function checkSecrets({ root, elements }: ConsistencyInput, problems: MusterError[]): void {
  for (const name of sortedKeys(elements.secrets)) {
    const secret = elements.secrets[name];
    if (secret?.external === true || secret?.file !== undefined || secret?.environment !== undefined) continue;
    problems.push(
      problemAt(root, ['secrets', name], 'must declare either `file` or `environment`', { hint: 'add file: or environment:' }),
    );
  }
}

export type Report = (path: PathKey[], message: string, hint: string, code?: ErrorCode) => void;

function checkService(name: string, service: Service, input: ConsistencyInput, problems: MusterError[]): void {
  const report: Report = (path, message, hint, code) => {
    problems.push(problemAt(input.root, ['services', name, ...path], message, { hint, ...(code === undefined ? {} : { code }) }));
  };
  if (needsImage(service, input.placement)) checkSource(service, report);
  checkMuster(name, service, input, report);
  checkNetworking(service, report);
  checkReferences(service, input, report);
  checkLimits(service, report);
  checkMounts(service, report);
  const first = service.healthcheck?.test?.[0];
  if (first !== undefined && !['CMD', 'CMD-SHELL', 'NONE'].includes(first)) {
    report(['healthcheck', 'test'], 'must start either by "CMD", "CMD-SHELL" or "NONE"', `write ["CMD", "${first}", …]`);
  }
  checkWatch(service, report);
}

function checkSource(service: Service, report: Report): void {
  const { build, image, provider } = service;
  if (build === undefined && image === undefined && provider === undefined) {
    report([], 'has neither an image nor a build context specified', 'add image: or build:');
  }
  if (build?.dockerfile_inline !== undefined && build.dockerfile !== undefined) {
    report(['build'], 'declares mutually exclusive dockerfile and dockerfile_inline', 'keep one of the two');
  }
  const platforms = build?.platforms ?? [];
  if (platforms.length > 0 && service.platform !== undefined && !platforms.includes(service.platform)) {
    report(['build', 'platforms'], `must include service.platform "${service.platform}"`, `add ${service.platform} to the list`);
  }
}

function checkNetworking(service: Service, report: Report): void {
  if (service.network_mode !== undefined && Object.keys(service.networks ?? {}).length > 0) {
    report(['network_mode'], 'declares mutually exclusive `network_mode` and `networks`', 'keep one of the two');
  }
}

function checkReferences(service: Service, { elements, selection }: ConsistencyInput, report: Report): void {
  const refer = (kind: string, name: string, known: object, path: PathKey[]): void => {
    if (name in known) return;
    const near = nearestName(name, Object.keys(known));
    const hint = near === null ? `declare it under the top-level ${kind}s:` : `did you mean "${near}"?`;
    report(path, `refers to undefined ${kind} ${name}`, hint, 'COMPOSE_REFERENCE');
  };
  // A service with a network_mode has no use for any.
  const networks = service.network_mode === undefined ? Object.keys(service.networks ?? {}) : [];
  for (const name of networks) refer('network', name, elements.networks, ['networks', name]);
  service.volumes?.forEach((mount, index) => {
    if (mount.type === 'volume' && mount.source !== undefined)
      refer('volume', mount.source, elements.volumes, ['volumes', index]);
  });
  service.build?.secrets?.forEach((mount, index) =>
    refer('secret', mount.source ?? '', elements.secrets, ['build', 'secrets', index]),
  );
  service.configs?.forEach((mount, index) => refer('config', mount.source ?? '', elements.configs, ['configs', index]));
  service.secrets?.forEach((mount, index) => refer('secret', mount.source ?? '', elements.secrets, ['secrets', index]));
  for (const [header, name] of secretHeadersOf(service))
    refer('secret', name, elements.secrets, ['x-muster', 'remote', 'headers', header]);
  for (const name of Object.keys((service.models ?? {}) as object)) refer('model', name, elements.models, ['models', name]);
  checkDependencies(service, selection, report);
  checkBuiltContexts(service, selection, report);
}

function checkDependencies(service: Service, selection: Selection, report: Report): void {
  for (const [name, dependency] of Object.entries(service.depends_on ?? {})) {
    if (name in selection.enabled || (name in selection.disabled && !dependency.required)) continue;
    const profiles = selection.disabled[name]?.profiles;
    const near = nearestName(name, Object.keys(selection.enabled));
    const hint =
      profiles !== undefined
        ? `it is left out by its profiles: enable one with --profile ${profiles[0] ?? ''}, or set required: false`
        : near === null
          ? `declare it; services are: ${sortedKeys(selection.enabled).slice(0, 8).join(', ')}`
          : `did you mean "${near}"?`;
    report(['depends_on', name], `depends on undefined service "${name}"`, hint, 'COMPOSE_REFERENCE');
  }
  const shared = /^service:(.*)$/.exec(service.network_mode ?? '')?.[1];
  if (shared !== undefined && !(shared in selection.enabled)) {
    report(
      ['network_mode'],
      `service "${shared}" not found for network_mode 'service:${shared}'`,
      'name a service of this file',
      'COMPOSE_REFERENCE',
    );
  }
}

function checkLimits(service: Service, report: Report): void {
  const { deploy } = service;
  const limits = deploy?.resources?.limits;
  const reservations = deploy?.resources?.reservations;
  const differ = (own: unknown, theirs: unknown, key: string, other: string): void => {
    if (own === undefined || own === 0 || own === (theirs ?? 0)) return;
    if (typeof own === 'string' && own === (theirs ?? '0')) return;
    report([key], `can't set distinct values on '${key}' and '${other}'`, 'keep one of the two');
  };
  if (deploy?.replicas !== undefined && service.scale !== undefined && service.scale !== deploy.replicas) {
    report(['scale'], "can't set distinct values on 'scale' and 'deploy.replicas'", 'keep one of the two');
  }
  if (limits !== undefined) {
    differ(service.cpus, limits.cpus, 'cpus', 'deploy.resources.limits.cpus');
    differ(service.mem_limit, limits.memory, 'mem_limit', 'deploy.resources.limits.memory');
    differ(service.pids_limit, limits.pids, 'pids_limit', 'deploy.resources.limits.pids');
  }
  if (reservations !== undefined)
    differ(service.mem_reservation, reservations.memory, 'mem_reservation', 'deploy.resources.reservations.memory');
  const scale = service.scale ?? deploy?.replicas ?? 1;
  if (scale < 0)
    report(service.scale === undefined ? ['deploy', 'replicas'] : ['scale'], 'must be at least 0', 'write how many to run');
  if (scale > 1 && service.container_name !== undefined) {
    const key = service.scale === undefined ? 'deploy.replicas' : 'scale';
    report(['container_name'], `can't set container_name and ${key} as container name must be unique`, 'remove container_name');
  }
}

function checkMounts(service: Service, report: Report): void {
  const mounted = new Map<string, string>();
  const mount = (target: string, path: PathKey[], where: string): void => {
    const before = mounted.get(target);
    if (before !== undefined) report(path, `target ${target} already mounted as ${before}`, 'mount it once');
    mounted.set(target, where);
  };
  service.tmpfs?.forEach((entry, index) => mount(entry.split(':')[0] ?? '', ['tmpfs', index], `tmpfs[${index}]`));
  service.volumes?.forEach((volume, index) => mount(volume.target ?? '', ['volumes', index], `volumes[${index}]`));
}

function checkWatch(service: Service, report: Report): void {
  service.develop?.watch?.forEach((rule, index) => {
    if (rule.target === undefined && rule.action !== 'rebuild' && rule.action !== 'restart') {
      report(
        ['develop', 'watch', index],
        'target is required for non-rebuild actions',
        'add target: with the path in the container',
      );
    }
  });
}

/** Cycles that share no dependency with an earlier one; more than ten would not be read. */
function checkCycles({ root, selection, mayBuildInCircles }: ConsistencyInput, problems: MusterError[]): void {
  const dependenciesOf = (service: Service): string[] => {
    const built = mayBuildInCircles ? [] : builtContexts(service).map(([, context]) => context);
    return [...Object.keys(service.depends_on ?? {}), ...built].sort();
  };
  const graph = new Map(Object.entries(selection.enabled).map(([name, service]) => [name, dependenciesOf(service)]));
  for (let count = 0; count < 10; count++) {
    const cycle = findCycle(graph);
    if (cycle === null) return;
    const [first = '', second = ''] = cycle;
    problems.push(
      problemAt(root, ['services', first, 'depends_on', second], `dependency cycle detected: ${cycle.join(' -> ')}`, {
        code: 'COMPOSE_CYCLE',
        hint: 'remove one of these dependencies',
      }),
    );
    cycle.slice(1).forEach((name, index) => {
      const from = cycle[index] ?? '';
      graph.set(
        from,
        (graph.get(from) ?? []).filter((other) => other !== name),
      );
    });
  }
}
