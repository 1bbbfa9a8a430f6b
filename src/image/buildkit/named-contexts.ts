// `build.additional_contexts`: folders, images and remote places that a Dockerfile knows by name.

import type { Build } from '#model/project.ts';
import { MusterError } from '#lib/errors.ts';
import { isRemoteContext, requireDirectory } from '../build-input.ts';

export type NamedContext =
  | { readonly kind: 'folder'; readonly name: string; readonly path: string }
  | { readonly kind: 'image'; readonly name: string; readonly reference: string }
  | { readonly kind: 'remote'; readonly name: string; readonly address: string };

const imageScheme = 'docker-image://';

/** Throws BUILD_INPUT for a folder that is not there. */
export async function namedContexts(build: Build, service: string): Promise<NamedContext[]> {
  const contexts: NamedContext[] = [];
  for (const [name, value] of Object.entries(build.additional_contexts ?? {})) {
    if (value.startsWith(imageScheme)) contexts.push({ kind: 'image', name, reference: value.slice(imageScheme.length) });
    else if (isRemoteContext(value)) contexts.push({ kind: 'remote', name, address: value });
    else if (/^[a-z][a-z0-9+-]*:\/\//.test(value)) throw unknownScheme(service, name, value);
    else {
      await requireDirectory(value, service, `build.additional_contexts.${name}`);
      contexts.push({ kind: 'folder', name, path: value });
    }
  }
  return contexts;
}

function unknownScheme(service: string, name: string, value: string): MusterError {
  return new MusterError('UNSUPPORTED', `service "${service}": build.additional_contexts.${name} is ${value}`, {
    hint: 'name a folder, another service (service:NAME), an image (docker-image://NAME), or a git or https address',
  });
}
