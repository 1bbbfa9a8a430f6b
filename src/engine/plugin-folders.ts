import { join } from 'node:path';
import { type Environment, dockerConfigDirectory, readDockerConfig } from './docker-config.ts';

const systemFolders = ['/usr/local/lib', '/usr/local/libexec', '/usr/lib', '/usr/libexec'];

/** Where the Docker CLI looks for its plugins, in its order. */
export function pluginFolders(environment: Environment): string[] {
  const directory = dockerConfigDirectory(environment);
  const { cliPluginsExtraDirs = [] } = readDockerConfig(directory);
  return [
    ...cliPluginsExtraDirs,
    join(directory, 'cli-plugins'),
    ...systemFolders.map((folder) => `${folder}/docker/cli-plugins`),
  ];
}
