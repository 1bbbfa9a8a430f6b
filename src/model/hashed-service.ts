// Docker Compose hashes a service with its label files read and still named; nobody else needs the names.

import type { Project, Service } from './project.ts';

/** The form of a service, perhaps changed since loading, that Docker Compose's hash is of. */
export function hashedService({ labelFiles }: Pick<Project, 'labelFiles'>, name: string, service: Service): Service {
  const files = labelFiles?.[name];
  // The key is part of what is hashed, and of nothing else.
  return files === undefined ? service : ({ ...service, label_file: files } as Service);
}
