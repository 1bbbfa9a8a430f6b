// `SOURCE:TARGET:options`: the short form of a volume, without knowledge of the platform, so that Windows drives work everywhere.

import { newMapping, type Mapping } from './tree.ts';

/** Text that can't be read as a short form. */
export class ShortFormError extends Error {}

/** What can't be meant, with or without variables in it. */
export class FormError extends Error {}

const propagations = new Set(['rprivate', 'private', 'rshared', 'shared', 'rslave', 'slave']);

export function parseVolume(spec: string): Mapping {
  if (spec === '') throw new ShortFormError('invalid empty volume spec');
  const volume = newMapping();
  if (spec.length <= 2) return Object.assign(volume, { type: 'volume', target: spec });
  const [source, target, options] = fieldsOf(spec);
  if (source !== '') volume['source'] = source;
  volume['target'] = target;
  const bind = newMapping();
  const named = newMapping();
  for (const option of options.split(',')) {
    if (option === 'ro') volume['read_only'] = true;
    else if (option === 'rw') delete volume['read_only'];
    else if (option === 'nocopy') named['nocopy'] = true;
    else if (propagations.has(option)) bind['propagation'] = option;
    else if (option === 'z' || option === 'Z') bind['selinux'] = option;
  }
  const isBind = isFilePath(source);
  volume['type'] = isBind ? 'bind' : 'volume';
  if (isBind) bind['create_host_path'] = true;
  if (isBind || Object.keys(bind).length > 0) volume['bind'] = bind;
  if (!isBind || Object.keys(named).length > 0) volume['volume'] = named;
  return volume;
}

function fieldsOf(spec: string): [source: string, target: string, options: string] {
  const parts = splitOutsideVariables(spec);
  if (parts.includes('')) throw new ShortFormError(`invalid spec: ${spec}: empty section between colons`);
  if (parts.length > 3) throw new ShortFormError(`invalid spec: ${spec}: too many colons`);
  const [first = '', second, third = ''] = parts;
  return second === undefined ? ['', first, ''] : [first, second, third];
}

/** Colons separate, but for those of Windows drives and of variables that are not substituted. */
function splitOutsideVariables(spec: string): string[] {
  const parts: string[] = [];
  let part = '';
  let depth = 0;
  for (const char of spec) {
    if (char === '{' && part.endsWith('$')) depth++;
    else if (char === '}' && depth > 0) depth--;
    if (char !== ':' || depth > 0 || /^\p{L}$/u.test(part)) part += char;
    else {
      parts.push(part);
      part = '';
    }
  }
  parts.push(part);
  return parts;
}

function isFilePath(source: string): boolean {
  return /^[./~]/.test(source) || source.startsWith('\\\\') || /^\p{L}:/u.test(source);
}
