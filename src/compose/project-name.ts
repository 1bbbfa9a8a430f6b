// The project's name: -p, COMPOSE_PROJECT_NAME, `name:` of the last file that has one, or the folder's name.

import { MusterError } from '#lib/errors.ts';
import { baseName } from './gopath.ts';
import { placeOf } from './places.ts';
import { substitute, TemplateError, type TemplateContext } from './template.ts';
import { isMapping, scalarText } from './tree.ts';
import type { YamlDocument } from './yaml.ts';

export type NameInput = {
  readonly given: string | undefined;
  readonly fromEnvironment: string | undefined;
  /** Named after, when nothing else says. */
  readonly folder: string;
  readonly documents: readonly YamlDocument[];
  /** The name of a file is taken as it is spelt. */
  readonly keepSpelling: boolean;
  /** null: names are taken as they are written. */
  readonly template: TemplateContext | null;
};

export function projectName(input: NameInput): string {
  for (const [name, hint] of [
    [input.given, 'give another name with -p'],
    [input.fromEnvironment, 'change COMPOSE_PROJECT_NAME'],
  ] as const) {
    if (name === undefined || name === '') continue;
    if (normalizeProjectName(name) !== name) {
      throw new MusterError(
        'PROJECT_NAME',
        `invalid project name "${name}": must consist only of lowercase alphanumeric characters, hyphens, and underscores as well as start with a letter or number`,
        { hint },
      );
    }
    return name;
  }
  const inFiles = nameInFiles(input);
  const spelt = inFiles ?? baseName(input.folder);
  const name = input.keepSpelling && inFiles !== null ? spelt : normalizeProjectName(spelt);
  if (name !== '') return name;
  throw new MusterError('PROJECT_NAME', 'project name must not be empty', {
    hint: 'give it a name with -p, or with name: in the Compose file',
  });
}

export function normalizeProjectName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '');
}

/** null: no file has one that is not empty. */
function nameInFiles({ documents, template }: NameInput): string | null {
  const named = documents.findLast(({ value }) => isMapping(value) && typeof value['name'] === 'string' && value['name'] !== '');
  if (named === undefined || !isMapping(named.value)) return null;
  const name = scalarText(named.value['name'] ?? null);
  if (template === null) return name;
  try {
    return substitute(name, template);
  } catch (cause) {
    if (!(cause instanceof TemplateError)) throw cause;
    const place = placeOf(named.value, ['name']);
    throw new MusterError(
      cause.kind === 'required' ? 'VARIABLE_REQUIRED' : 'INTERPOLATION',
      `error while interpolating name: ${cause.message}`,
      {
        hint: 'set the variable in the environment or in .env',
        ...(place === undefined ? {} : { place }),
      },
    );
  }
}
