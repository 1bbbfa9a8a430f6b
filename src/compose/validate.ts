// Rules between attributes of one element, checked on the merged model before it is resolved.

import type { MusterError } from '#lib/errors.ts';
import { at, itemsIn } from './defaults.ts';
import { isIpAddress } from './ip.ts';
import { problemAt } from './problem.ts';
import { isMapping, type Mapping, type PathKey, type Tree } from './tree.ts';

export function validateModel(root: Mapping): MusterError[] {
  const problems: MusterError[] = [];
  const report = (path: PathKey[], message: string, hint: string): void =>
    void problems.push(problemAt(root, path, message, { hint }));
  forEach(root, 'volumes', (value, path) => checkExternal(value, path, report));
  forEach(root, 'configs', (value, path) => checkSource(value, path, ['file', 'environment', 'content'], report));
  forEach(root, 'secrets', (value, path) => {
    checkSource(value, path, ['file', 'environment'], report);
    if ('content' in value) report([...path, 'content'], 'content is not allowed for secrets', 'use file or environment');
  });
  forEach(root, 'services', (service, path) => checkService(service, path, report));
  return problems;
}

type Report = (path: PathKey[], message: string, hint: string) => void;

function forEach(root: Mapping, section: string, check: (value: Mapping, path: PathKey[]) => void): void {
  const entries = root[section];
  if (!isMapping(entries)) return;
  for (const [name, value] of Object.entries(entries)) if (isMapping(value)) check(value, [section, name]);
}

function checkService(service: Mapping, path: PathKey[], report: Report): void {
  const watched = at(service, 'develop', 'watch');
  if (Array.isArray(watched)) {
    watched.forEach((rule, index) => {
      if (isMapping(rule) && rule['path'] === '')
        report([...path, 'develop', 'watch', index, 'path'], "value can't be blank", 'name a file or folder');
    });
  }
  itemsIn(service['ports']).forEach((port, index) => {
    const address = port['host_ip'];
    if (typeof address === 'string' && !isIpAddress(address)) {
      report([...path, 'ports', index, 'host_ip'], `invalid IP address: ${address}`, 'write an IPv4 or IPv6 address');
    }
  });
  checkDevices(service['gpus'], [...path, 'gpus'], report);
  checkDevices(
    at(service, 'deploy', 'resources', 'reservations', 'devices'),
    [...path, 'deploy', 'resources', 'reservations', 'devices'],
    report,
  );
}

function checkDevices(requests: Tree | undefined, path: PathKey[], report: Report): void {
  itemsIn(requests).forEach((request, index) => {
    if ('count' in request && 'device_ids' in request) {
      report([...path, index], '"count" and "device_ids" attributes are exclusive', 'keep one of the two');
    }
  });
}

function checkExternal(value: Mapping, path: PathKey[], report: Report): void {
  if (value['external'] !== true) return;
  for (const key of Object.keys(value)) {
    if (key === 'name' || key === 'external' || key.startsWith('x-')) continue;
    report(
      [...path, key],
      `conflicting parameters "external" and "${key}" specified`,
      `remove ${key}: what is external is not created here`,
    );
  }
}

function checkSource(value: Mapping, path: PathKey[], sources: readonly string[], report: Report): void {
  const given = sources.filter((source) => source in value);
  if (given.length > 1) report(path, `${sources.join('|')} attributes are mutually exclusive`, `keep one of ${given.join(', ')}`);
  if (given.length > 0 || 'driver' in value || 'external' in value) return;
  report(path, `one of ${sources.join('|')} must be set`, `add ${sources[0]}: or external: true`);
}
