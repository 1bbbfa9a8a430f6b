// Rules about `x-muster`: what its members mean together, and what a service can't share with one that runs elsewhere.

import { type RemoteSettings, musterOf } from '#model/muster-extension.ts';
import { type PlacementRules, runtimeName, placementOf } from '#model/placement.ts';
import type { Service } from '#model/project.ts';
import type { ConsistencyInput, Report } from './consistency.ts';

/** A native service needs none, nor does one that somebody else runs. */
export function needsImage(service: Service, { fallback }: PlacementRules): boolean {
  const { runtime, process } = musterOf(service);
  return (runtime ?? fallback.kind) === 'docker' && process === undefined;
}

export function checkMuster(name: string, service: Service, input: ConsistencyInput, report: Report): void {
  const { runtime, host, remote } = musterOf(service);
  if (runtime === 'remote') {
    if (remote === undefined) report(['x-muster'], 'says remote, but not where', 'add remote: { url: … }');
    if (host !== undefined)
      report(['x-muster', 'host'], 'means nothing for a remote service', 'remove it: its url says where it is');
  } else if (remote !== undefined)
    report(['x-muster', 'remote'], 'is for services that are not run but looked at', 'add runtime: remote');
  if (remote !== undefined) checkRemote(remote, report);
  checkShared(name, service, input, report);
}

function checkRemote({ url, headers, expected_status: status, expected_version: version }: RemoteSettings, report: Report): void {
  const path = ['x-muster', 'remote'];
  const parsed = URL.parse(url);
  if (parsed === null) report([...path, 'url'], 'is not a URL', 'write https://host/path or tcp://host:port');
  // Labels and plans show the URL.
  if (parsed !== null && parsed.username + parsed.password !== '')
    report([...path, 'url'], 'holds credentials', 'send them as a header: headers: { Authorization: { secret: NAME } }');
  if (parsed?.protocol === 'tcp:') {
    if (parsed.port === '') report([...path, 'url'], 'names no port', 'write tcp://host:port');
    for (const [key, value] of Object.entries({ headers, expected_status: status, expected_version: version }))
      if (value !== undefined) report([...path, key], 'means nothing for a tcp url', 'remove it, or use http:// or https://');
  }
  if (version !== undefined && (version.header === undefined) === (version.json === undefined))
    report([...path, 'expected_version'], 'must say one place where the version is told', 'give either header: or json:');
  for (const range of status ?? []) {
    const [first, last = first] = range.split('-').map(Number);
    if (first !== undefined && last !== undefined && last < first)
      report([...path, 'expected_status'], `range ${range} runs backwards`, `write ${last}-${first}`);
  }
}

/** A namespace or volume of another service can be joined only where that one is. */
function checkShared(name: string, service: Service, { elements, selection, placement }: ConsistencyInput, report: Report): void {
  const where = (one: Service): string => runtimeName(placementOf(elements, one, placement));
  for (const { path, parent } of joinedServices(service)) {
    const other = selection.enabled[parent] ?? selection.disabled[parent];
    if (other === undefined || where(other) === where(service)) continue;
    const message = `joins ${parent}, which runs on ${where(other)}, while ${name} runs on ${where(service)}`;
    report([...path], message, 'run both on the same runtime and host (x-muster), or share over the network');
  }
}

function joinedServices(service: Service): { readonly path: readonly (string | number)[]; readonly parent: string }[] {
  const modes = (['network_mode', 'ipc', 'pid', 'uts', 'cgroup'] as const).flatMap((key) => {
    const parent = /^service:(.*)$/.exec(service[key] ?? '')?.[1];
    return parent === undefined ? [] : [{ path: [key], parent }];
  });
  const volumes = (service.volumes_from ?? []).flatMap((source, index) =>
    source.startsWith('container:') ? [] : [{ path: ['volumes_from', index], parent: source.split(':')[0] ?? source }],
  );
  return [...modes, ...volumes];
}
