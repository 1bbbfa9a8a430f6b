import type { Project } from './project.ts';

/** A project without anything, for tests that spell out only what matters. */
export function emptyProject(fields: Partial<Project> = {}): Project {
  return {
    name: 'blog',
    workingDir: '/srv/blog',
    composeFiles: [],
    envFiles: [],
    environment: {},
    profiles: [],
    services: {},
    disabledServices: {},
    networks: {},
    volumes: {},
    secrets: {},
    configs: {},
    models: {},
    extensions: {},
    configHashes: {},
    networkHashes: {},
    volumeHashes: {},
    warnings: [],
    ...fields,
  };
}
